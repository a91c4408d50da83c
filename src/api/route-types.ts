import type { Routes } from './routes.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The parts of a path without its query. */
type Parts<Path extends string> = Path extends `${infer Before}?${string}`
  ? Parts<Before>
  : Path extends `${infer First}/${infer Rest}`
    ? readonly [First, ...Parts<Rest>]
    : readonly [Path];

/** Whether a path matches a route: a parameter of the route matches any text, all other parts must be equal. */
type Matches<Path, Route> = Path extends readonly [infer Part, ...infer Rest]
  ? Route extends readonly [infer Pattern, ...infer Others]
    ? Pattern extends `{${string}}`
      ? Matches<Rest, Others>
      : Part extends Pattern
        ? Matches<Rest, Others>
        : false
    : false
  : Route extends readonly []
    ? true
    : false;

/** The route of a path without a leading slash: `GET /apiv1/engine/{id}` for GET and `apiv1/engine/web-1`. */
export type RouteOf<M extends Method, Path extends string> = Path extends unknown
  ? {
      [Title in keyof Routes]: Title extends `${M} /${infer Route}`
        ? Matches<Parts<Path>, Parts<Route>> extends true
          ? Title
          : never
        : never;
    }[keyof Routes]
  : never;

/** A path that belongs to a route; a path that is only known at runtime is accepted. */
export type KnownPath<M extends Method, Path extends string> = string extends Path
  ? Path
  : Path extends unknown
    ? [RouteOf<M, Path>] extends [never]
      ? never
      : Path
    : never;

/** The route's answer under `data`; unknown for a path that is only known at runtime. */
export type DataOf<M extends Method, Path extends string> = string extends Path
  ? unknown
  : DataIn<Routes[RouteOf<M, Path>]['answers']>;

type DataIn<Answers> = Answers extends unknown
  ? Answers[keyof Answers] extends { readonly 'application/json': { readonly data: infer Data } }
    ? Data
    : unknown
  : never;
