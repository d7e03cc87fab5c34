export interface Entry<T> {
  readonly at: number;
  readonly item: T;
}

/** Entries by time; of the same time, in the order in which they were put in. */
export interface Agenda<T> {
  readonly put: (at: number, item: T) => void;
  readonly take: () => Entry<T> | undefined;
  readonly peekAt: () => number | undefined;
}

interface Numbered<T> extends Entry<T> {
  readonly number: number;
}

const isBefore = <T>(a: Numbered<T>, b: Numbered<T>): boolean =>
  a.at < b.at || (a.at === b.at && a.number < b.number);

/** A binary heap: 5,000 hosts in flight would make a sorted list quadratic. */
export const createAgenda = <T>(): Agenda<T> => {
  const heap: Numbered<T>[] = [];
  let count = 0;

  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = one;
  };
  const precedes = (a: number, b: number): boolean => {
    const [one, other] = [heap[a], heap[b]];
    return one !== undefined && (other === undefined || isBefore(one, other));
  };
  const rise = (start: number): void => {
    for (let at = start; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!precedes(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = precedes(right, left) ? right : left;
      if (!precedes(child, at)) return;
      swap(child, at);
      at = child;
    }
  };

  return {
    put: (at, item) => {
      count += 1;
      heap.push({ at, item, number: count });
      rise(heap.length - 1);
    },
    take: () => {
      swap(0, heap.length - 1);
      const first = heap.pop();
      sink();
      return first;
    },
    peekAt: () => heap[0]?.at,
  };
};
