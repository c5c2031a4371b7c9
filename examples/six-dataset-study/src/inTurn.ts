import { availableParallelism } from "node:os";

/**
 * Works on things side by side, as many at a time as the machine has processors, begun in their order. After an error
 * none is begun any more.
 *
 * @returns What came of each, in the order of the things.
 * @throws The first error.
 */
export async function inTurn<Thing, Result>(
  things: readonly Thing[],
  work: (thing: Thing, index: number) => Promise<Result>,
  atATime: number = availableParallelism(),
): Promise<Result[]> {
  const results: Result[] = new Array(things.length);
  let next = 0;
  let hasFailed = false;
  const lane = async () => {
    while (next < things.length && !hasFailed) {
      const index = next++;
      try {
        results[index] = await work(things[index] as Thing, index);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, things.length) }, lane));
  return results;
}
