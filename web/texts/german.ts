import type { TextKey } from './english.ts';
import { cluster } from './german/cluster.ts';
import { common } from './german/common.ts';
import { container } from './german/container.ts';
import { deployments } from './german/deployments.ts';
import { domains } from './german/domains.ts';
import { frame } from './german/frame.ts';
import { jobs } from './german/jobs.ts';
import { login } from './german/login.ts';
import { place } from './german/place.ts';
import { services } from './german/services.ts';

export const german: Readonly<Record<TextKey, string>> = {
  ...cluster,
  ...common,
  ...container,
  ...frame,
  ...login,
  ...place,
  ...services,
  ...domains,
  ...deployments,
  ...jobs,
};
