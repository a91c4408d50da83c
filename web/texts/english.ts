import { access } from './english/access.ts';
import { cluster } from './english/cluster.ts';
import { common } from './english/common.ts';
import { container } from './english/container.ts';
import { containers } from './english/containers.ts';
import { deployments } from './english/deployments.ts';
import { domains } from './english/domains.ts';
import { engines } from './english/engines.ts';
import { frame } from './english/frame.ts';
import { jobs } from './english/jobs.ts';
import { login } from './english/login.ts';
import { moves } from './english/moves.ts';
import { owned } from './english/owned.ts';
import { place } from './english/place.ts';
import { records } from './english/records.ts';
import { resources } from './english/resources.ts';
import { services } from './english/services.ts';
import { time } from './english/time.ts';

/** Every text of the page, a file for each view. A language is one more folder of the same files, and a table like this. */
export const english = {
  ...cluster,
  ...common,
  ...container,
  ...frame,
  ...login,
  ...place,
  ...services,
  ...domains,
  ...containers,
  ...deployments,
  ...jobs,
  ...engines,
  ...moves,
  ...resources,
  ...records,
  ...access,
  ...owned,
  ...time,
};

export type TextKey = keyof typeof english;

/** What stands in braces in a text. */
export type FieldsOf<T extends string> = T extends `${string}{${infer Field}}${infer Rest}`
  ? Field | FieldsOf<Rest>
  : never;

/** The keys of texts with these fields. Default: none. */
export type TextWith<Field extends string = never> = {
  [K in TextKey]: [FieldsOf<(typeof english)[K]>, Field] extends [Field, FieldsOf<(typeof english)[K]>] ? K : never;
}[TextKey];
