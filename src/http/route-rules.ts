import type { Principal } from '../access/principal.ts';
import type { Noun, Verb } from '../model/access.ts';

/** What a request must be allowed. */
export interface Permission {
  readonly verb: Verb;
  readonly noun: Noun;
}

/**
 * Who may use a route. `anyone`: also who does not say who they are. `known`: everybody else. `by body`: the handler decides,
 * when it knows from the body what is asked for.
 */
export type RouteRule = Permission | 'anyone' | 'known' | 'by body';

interface Access {
  readonly access: RouteRule;
}

declare module '@hapi/hapi' {
  interface PluginSpecificConfiguration {
    /** Every route has one: `plugins: needs('read', 'container')`. */
    readonly access?: RouteRule;
  }
  interface RequestApplicationState {
    principal?: Principal;
    /** Where the handler decided: what it was. */
    asked?: Permission;
    /** Whoever asks must not see the values of environments. */
    hidesValues?: boolean;
  }
}

/** For `plugins` of a route: only who may do this with that may use it. */
export function needs(verb: Verb, noun: Noun): Access {
  return { access: { verb, noun } };
}

/** For `plugins` of a route that answers strangers. */
export const forAnyone: Access = { access: 'anyone' };

/** For `plugins` of a route that answers everybody who says who they are. */
export const forKnown: Access = { access: 'known' };

/** For `plugins` of a route whose handler calls `requirePermission` when it has read the body. */
export const decidedByBody: Access = { access: 'by body' };
