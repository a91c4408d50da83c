import type { TextKey } from './english.ts';
import { access } from './german/access.ts';
import { cluster } from './german/cluster.ts';
import { common } from './german/common.ts';
import { container } from './german/container.ts';
import { containers } from './german/containers.ts';
import { deployments } from './german/deployments.ts';
import { domains } from './german/domains.ts';
import { engines } from './german/engines.ts';
import { frame } from './german/frame.ts';
import { jobs } from './german/jobs.ts';
import { login } from './german/login.ts';
import { moves } from './german/moves.ts';
import { owned } from './german/owned.ts';
import { place } from './german/place.ts';
import { records } from './german/records.ts';
import { resources } from './german/resources.ts';
import { services } from './german/services.ts';
import { time } from './german/time.ts';

export const german: Readonly<Record<TextKey, string>> = {
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
