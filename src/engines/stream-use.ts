/** The purpose of a stream: each has its own connection pool, so that none blocks the others. */
export type StreamUse = 'logs' | 'transfers' | 'processes';
