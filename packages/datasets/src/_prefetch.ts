/**
 * Items made one after the other by `make`, of which `ahead` are in the making or lie ready while one is in use.
 * When the loop is left, what is in the making is awaited and thrown away.
 */
export async function* prefetched<T>(
  first: number,
  end: number,
  ahead: number,
  make: (index: number) => Promise<T>,
): AsyncGenerator<T> {
  const pending: Promise<T>[] = [];
  let next = first;
  const fill = (count: number) => {
    while (pending.length < count && next < end) {
      const item = make(next++);
      // A failure is thrown when its turn comes; until then it must not count as unhandled.
      item.catch(() => undefined);
      pending.push(item);
    }
  };
  try {
    for (fill(1); pending.length > 0; fill(1)) {
      const item = await pending[0];
      pending.shift();
      fill(ahead);
      yield item as T;
    }
  } finally {
    await Promise.allSettled(pending);
  }
}
