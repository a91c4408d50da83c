import type { Principal } from '../access/principal.ts';
import type { Noun, Verb } from '../model/access.ts';

/** The permission that a request needs. */
export interface Permission {
  readonly verb: Verb;
  readonly noun: Noun;
  /** The route itself keeps a caller to their scope, even if other routes for this noun cannot. */
  readonly isScoped?: true;
}

/**
 * Access to a route. `anyone`: also without authentication. `known`: any authenticated caller. `by body`: the handler
 * decides after it has read the body.
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
    /** Set by a `by body` handler: the permission that it required. */
    asked?: Permission;
    /** The caller must not see the values of environments. */
    hidesValues?: boolean;
  }
}

/** For `plugins` of a route: requires this permission. */
export function needs(verb: Verb, noun: Noun): Access {
  return { access: { verb, noun } };
}

/** The same, for a route that keeps to the caller's scope by itself. */
export function needsWithin(verb: Verb, noun: Noun): Access {
  return { access: { verb, noun, isScoped: true } };
}

/** For `plugins` of a route without authentication. */
export const forAnyone: Access = { access: 'anyone' };

/** For `plugins` of a route for any authenticated caller. */
export const forKnown: Access = { access: 'known' };

/** For `plugins` of a route whose handler calls `requirePermission` when it has read the body. */
export const decidedByBody: Access = { access: 'by body' };
