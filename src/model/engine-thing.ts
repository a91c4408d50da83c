/** The last change that Satsuma made to the volumes, or to the networks, of an engine. Events are derived from it. */
export interface EngineThingChange {
  readonly kind: 'volume' | 'network';
  readonly action: 'create' | 'remove' | 'connect' | 'disconnect';
  readonly name: string;
  readonly engine: string;
  /** RFC 3339. */
  readonly at: string;
  readonly attributes: Readonly<Record<string, string>>;
}
