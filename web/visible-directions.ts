/** Characters that turn the direction of the text behind them: no one sees them, and what is shown then is not what is there. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** As the command line shows them: `\u202e`. */
export function visibleDirections(text: string): string {
  return text.replace(turning, (each) => `\\u${each.charCodeAt(0).toString(16)}`);
}

interface DrawnNode {
  readonly type: unknown;
  readonly props: unknown;
}

/** The hooks of Preact, whose own types are those of a browser. */
interface DrawingHooks {
  /** Called with each node that is made. */
  vnode?(node: DrawnNode): void;
}

/** From now on, in all text that is drawn: labels, arguments, names and errors are written by others. */
export function showDirections(hooks: DrawingHooks): void {
  const { vnode: before } = hooks;
  hooks.vnode = (node) => {
    const { type, props } = node;
    // Preact makes a node without a type of each text.
    if (type === null && typeof props === 'string') Object.assign(node, { props: visibleDirections(props) });
    before?.(node);
  };
}
