import { expect, test } from "vitest";
import { legend, page } from "./readme.example.js";
import * as report from "./report.example.js";

test("the README's example gives the figure and the page it states", () => {
  expect(legend).toMatch(/Small model: AUROC 0\.750; Large model: AUROC 0\.938\.$/);
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('<th scope="row">Pleural effusion</th><td>4</td><td>4</td><td>0</td>');
  expect(page).toContain('<li><a href="#curves">Curves</a></li>');
});

test("the examples of the reference say what they state", () => {
  expect(report.roc.description).toMatch(/^ROC curves, .* DINOv2: AUROC 0\.750\.$/);
  expect(report.grid.html).toContain("no positive image");
  expect(report.forest.description).toContain(
    "Edema: DINOv2 0.812 (0.790–0.834), ImageNet 0.780 (0.755–0.803); ",
  );
  expect(report.differences.description).toContain("Edema: DINOv2 − ImageNet +0.032 (+0.016 to +0.048); ");
  expect(report.training.description).toMatch(/DINOv2: 2 epochs, best Macro AUROC 0\.780\.$/);
  expect(report.table.html).toContain('0.812 <span class="interval">(0.790–0.834)</span>');
  expect(report.card.html).toContain("11.9\u202f%");
  expect(report.images.html).toContain('width="1" height="1" alt="One grey pixel"');
});
