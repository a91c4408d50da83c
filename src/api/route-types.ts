import type { Routes } from './routes.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A path without its query, as its parts. */
type Parts<Path extends string> = Path extends `${infer Before}?${string}`
  ? Parts<Before>
  : Path extends `${infer First}/${infer Rest}`
    ? readonly [First, ...Parts<Rest>]
    : readonly [Path];

/** Whether a path is one of a route: a parameter of the route is any text, and every other part is the same. */
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

/** The route of a path, which begins without a slash: `GET /apiv1/engine/{id}` of GET and `apiv1/engine/web-1`. */
export type RouteOf<M extends Method, Path extends string> = Path extends unknown
  ? {
      [Title in keyof Routes]: Title extends `${M} /${infer Route}`
        ? Matches<Parts<Path>, Parts<Route>> extends true
          ? Title
          : never
        : never;
    }[keyof Routes]
  : never;

/** A path that a route has; one that is put together when the program runs is any. */
export type KnownPath<M extends Method, Path extends string> = string extends Path
  ? Path
  : Path extends unknown
    ? [RouteOf<M, Path>] extends [never]
      ? never
      : Path
    : never;

/** What the route answers under `data`; unknown where the path is put together when the program runs. */
export type DataOf<M extends Method, Path extends string> = string extends Path
  ? unknown
  : DataIn<Routes[RouteOf<M, Path>]['answers']>;

type DataIn<Answers> = Answers extends unknown
  ? Answers[keyof Answers] extends { readonly 'application/json': { readonly data: infer Data } }
    ? Data
    : unknown
  : never;
