/** The smallest set of changes that would let an unschedulable image config fit. All of them are needed. */
export interface Advice {
  /** For people: `stop batch-7 (256 MB) on web-2`. */
  readonly message: string;
  /** Fields of the image config to change; null: remove the field. */
  readonly ask?: Readonly<Record<string, unknown>>;
  /** The engine on which something else has to change first. */
  readonly engine?: string;
  /** Containers on that engine to stop, by name. */
  readonly stop?: readonly string[];
  /** Labels to add to the engine. */
  readonly labels?: readonly string[];
  /** Images to pull onto the engine. */
  readonly pull?: readonly string[];
  /** The status that the engine needs: it is in maintenance or down. */
  readonly status?: 'ok';
}
