/** What would make an image config fit that no engine can take: all of it together, and nothing else. */
export interface Advice {
  /** For people: `stop batch-7 (256 MB) on web-2`. */
  readonly message: string;
  /** Fields of the image config to ask for instead; null: leave the field out. */
  readonly ask?: Readonly<Record<string, unknown>>;
  /** Where something else has to change first. */
  readonly engine?: string;
  /** Names of containers there. */
  readonly stop?: readonly string[];
  /** That the engine has to bear. */
  readonly labels?: readonly string[];
  /** Names of images that have to be there. */
  readonly pull?: readonly string[];
  /** That it has to have: it is in maintenance, or has to be brought back. */
  readonly status?: 'ok';
}
