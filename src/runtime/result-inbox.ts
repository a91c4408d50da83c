/** Collects results by key until they are processed; a newer result replaces an older one. */
export class ResultInbox<Finding> {
  readonly #found = new Map<string, Finding>();

  put(id: string, finding: Finding): void {
    this.#found.set(id, finding);
  }

  /** Returns the results since the last call, by id. */
  take(): Map<string, Finding> {
    const taken = new Map(this.#found);
    this.#found.clear();
    return taken;
  }
}
