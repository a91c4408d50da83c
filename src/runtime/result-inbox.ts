/** What those who look found, until whoever decides takes it: of each thing the last word. */
export class ResultInbox<Finding> {
  readonly #found = new Map<string, Finding>();

  put(id: string, finding: Finding): void {
    this.#found.set(id, finding);
  }

  /** What was found since, by id; each once. */
  take(): Map<string, Finding> {
    const taken = new Map(this.#found);
    this.#found.clear();
    return taken;
  }
}
