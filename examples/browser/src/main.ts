import { startReading } from "./startReading.js";

const views = ["read", "compare"] as const;

/** Shows the view that the address names, the first without one. */
function show(): void {
  const wanted = views.find((view) => location.hash === `#${view}`) ?? "read";
  for (const view of views) {
    (document.getElementById(view) as HTMLElement).hidden = view !== wanted;
    const link = document.querySelector(`nav a[href="#${view}"]`) as HTMLAnchorElement;
    if (view === wanted) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (wanted === "compare") void import("./startComparing.js").then(({ startComparing }) => startComparing());
}

addEventListener("hashchange", show);
show();
startReading();
if ("serviceWorker" in navigator && import.meta.env.MODE === "production")
  void navigator.serviceWorker.register("./serviceWorker.js");
