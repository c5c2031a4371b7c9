/** The images that take part. */
export interface RegressionProblem {
  /** Features of all images, row-major. */
  readonly data: Float32Array | Float64Array;
  /** Number of features D of an image. */
  readonly width: number;
  /** Rows of the images whose label is known. */
  readonly known: Int32Array;
  /** Their labels, 1 or 0. */
  readonly targets: Float64Array;
}

/** Penalty and end of the search. */
export interface RegressionOptions {
  readonly l2: number;
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** Loss and gradient at a point, with the curvature p(1 − p) of each image's loss. */
interface Point {
  readonly solution: Float64Array;
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
}

/** Least decrease that a step must bring, as a share of what the slope promises (Nocedal & Wright, section 3.1). */
const sufficientDecrease = 1e-4;

/** Share of the loss that is lost in rounding; a smaller promised decrease cannot be measured. */
const measurable = 1e-13;

/** Weights, then the bias, that minimise Σ log(1 + e^(∓z)) + λ/2·‖w‖². */
export function logisticRegression(
  problem: RegressionProblem,
  { l2, tolerance, maxIterations }: RegressionOptions,
): { readonly solution: Float64Array; readonly iterations: number; readonly converged: boolean } {
  const numImages = problem.known.length;
  const start = new Float64Array(problem.width + 1);
  const prevalence = problem.targets.reduce((sum, target) => sum + target, 0) / numImages;
  start[problem.width] = Math.log(prevalence / (1 - prevalence));
  let point = evaluate(problem, start, l2);
  for (let iteration = 0; ; iteration++) {
    const largest = point.gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    const converged = largest <= tolerance * numImages;
    if (converged || iteration === maxIterations)
      return { solution: point.solution, iterations: iteration, converged };
    const direction = newtonDirection(problem, point, l2);
    const next = searchLine(problem, point, direction, l2);
    if (next === undefined) return { solution: point.solution, iterations: iteration, converged };
    point = next;
  }
}

/** One pass over the features. */
function evaluate(
  { data, width, known, targets }: RegressionProblem,
  solution: Float64Array,
  l2: number,
): Point {
  const gradient = solution.map((weight) => l2 * weight);
  gradient[width] = 0;
  const curvature = new Float64Array(known.length);
  const bias = solution[width] as number;
  let loss = (l2 / 2) * (dot(solution, solution) - bias * bias);
  for (let i = 0; i < known.length; i++) {
    const offset = (known[i] as number) * width;
    const target = targets[i] as number;
    const logit = bias + project(data, offset, solution, width);
    const decay = Math.exp(-Math.abs(logit));
    const probability = logit >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
    loss += Math.max(logit, 0) - target * logit + Math.log1p(decay);
    curvature[i] = decay / (1 + decay) ** 2;
    accumulate(data, offset, probability - target, gradient, width);
  }
  return { solution, loss, gradient, curvature };
}

/** The Hessian times a vector, in one pass over the features. */
function curve(
  { data, width, known }: RegressionProblem,
  curvature: Float64Array,
  vector: Float64Array,
  l2: number,
): Float64Array {
  const product = vector.map((value) => l2 * value);
  product[width] = 0;
  const bias = vector[width] as number;
  for (let i = 0; i < known.length; i++) {
    const offset = (known[i] as number) * width;
    const factor = (curvature[i] as number) * (bias + project(data, offset, vector, width));
    accumulate(data, offset, factor, product, width);
  }
  return product;
}

/** Solves Hessian·direction = −gradient by conjugate gradients, the more exactly the smaller the gradient is. */
function newtonDirection(problem: RegressionProblem, point: Point, l2: number): Float64Array {
  const { gradient, curvature } = point;
  const direction = new Float64Array(gradient.length);
  const residual = gradient.map((slope) => -slope);
  let search = residual.slice();
  let square = dot(residual, residual);
  const size = Math.sqrt(square);
  const goal = Math.min(0.1, Math.sqrt(size / problem.known.length)) * size;
  for (let i = 0; i < 20 * gradient.length && Math.sqrt(square) > goal; i++) {
    const curved = curve(problem, curvature, search, l2);
    const step = square / dot(search, curved);
    for (let j = 0; j < direction.length; j++) {
      direction[j] = (direction[j] as number) + step * (search[j] as number);
      residual[j] = (residual[j] as number) - step * (curved[j] as number);
    }
    const nextSquare = dot(residual, residual);
    const ratio = nextSquare / square;
    search = residual.map((value, j) => value + ratio * (search[j] as number));
    square = nextSquare;
  }
  return direction;
}

/** Halves the step until the loss falls enough; none if it does not fall any more. */
function searchLine(
  problem: RegressionProblem,
  { solution, loss, gradient }: Point,
  direction: Float64Array,
  l2: number,
): Point | undefined {
  const slope = dot(gradient, direction);
  for (let step = 1; step > 1e-10; step /= 2) {
    const next = evaluate(
      problem,
      solution.map((value, i) => value + step * (direction[i] as number)),
      l2,
    );
    if (next.loss <= loss + sufficientDecrease * step * slope) return next;
    if (-step * slope < measurable * loss)
      return dot(next.gradient, next.gradient) < dot(gradient, gradient) ? next : undefined;
  }
  return undefined;
}

function project(
  data: Float32Array | Float64Array,
  offset: number,
  vector: Float64Array,
  width: number,
): number {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += (data[offset + i] as number) * (vector[i] as number);
  return sum;
}

/** target += factor·(features of the image, 1). */
function accumulate(
  data: Float32Array | Float64Array,
  offset: number,
  factor: number,
  target: Float64Array,
  width: number,
): void {
  for (let i = 0; i < width; i++) target[i] = (target[i] as number) + factor * (data[offset + i] as number);
  target[width] = (target[width] as number) + factor;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
