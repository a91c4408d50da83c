/** What a stream of an engine is for: each use has connections of its own, so that none keeps the others waiting. */
export type StreamUse = 'logs' | 'transfers' | 'processes';
