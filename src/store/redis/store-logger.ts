/** The part of a logger that the store needs; pino's is compatible. */
export interface StoreLogger {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}
