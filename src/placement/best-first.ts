/**
 * Yields the indices 0..count-1 of `scores`, highest score first, smaller index first among equals. A binary heap:
 * making it costs O(n), each index O(log n), and whoever places a container rarely asks for a second one.
 */
export function* bestFirst(scores: Float64Array, count: number): Generator<number> {
  const heap = new Uint32Array(count);
  for (let i = 0; i < count; i++) heap[i] = i;
  for (let i = (count >> 1) - 1; i >= 0; i--) siftDown(heap, scores, i, count);
  for (let left = count; left > 0; left--) {
    const best = heap[0] as number;
    yield best;
    heap[0] = heap[left - 1] as number;
    siftDown(heap, scores, 0, left - 1);
  }
}

function siftDown(heap: Uint32Array, scores: Float64Array, from: number, count: number): void {
  const moving = heap[from] as number;
  let hole = from;
  for (let child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
    if (child + 1 < count && isBefore(scores, heap[child + 1] as number, heap[child] as number)) child++;
    if (!isBefore(scores, heap[child] as number, moving)) break;
    heap[hole] = heap[child] as number;
    hole = child;
  }
  heap[hole] = moving;
}

function isBefore(scores: Float64Array, a: number, b: number): boolean {
  const difference = (scores[a] as number) - (scores[b] as number);
  return difference > 0 || (difference === 0 && a < b);
}
