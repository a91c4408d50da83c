/**
 * Yields the rows that are not excluded, highest score first, smaller row first among equals. The first costs one pass;
 * only who asks for a second pays for a heap.
 */
export function* bestFirst(scores: Float64Array, excluded: Uint8Array): Generator<number> {
  const best = findBest(scores, excluded);
  if (best === undefined) return;
  yield best;
  const heap: number[] = [];
  for (let row = 0; row < scores.length; row++) if (excluded[row] === 0 && row !== best) heap.push(row);
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) siftDown(heap, scores, at);
  while (heap.length > 0) {
    yield heap[0] as number;
    const last = heap.pop() as number;
    if (heap.length > 0) heap[0] = last;
    siftDown(heap, scores, 0);
  }
}

function findBest(scores: Float64Array, excluded: Uint8Array): number | undefined {
  let best: number | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number;
    if (excluded[row] === 0 && (score > highest || best === undefined)) {
      best = row;
      highest = score;
    }
  }
  return best;
}

function siftDown(heap: number[], scores: Float64Array, from: number): void {
  const moving = heap[from] as number;
  let hole = from;
  for (let child = 2 * hole + 1; child < heap.length; child = 2 * hole + 1) {
    if (child + 1 < heap.length && isBefore(scores, heap[child + 1] as number, heap[child] as number)) child++;
    if (!isBefore(scores, heap[child] as number, moving)) break;
    heap[hole] = heap[child] as number;
    hole = child;
  }
  if (heap.length > 0) heap[hole] = moving;
}

function isBefore(scores: Float64Array, a: number, b: number): boolean {
  const difference = (scores[a] as number) - (scores[b] as number);
  return difference > 0 || (difference === 0 && a < b);
}
