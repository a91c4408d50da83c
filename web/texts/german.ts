import type { TextKey } from './english.ts';
import { cluster } from './german/cluster.ts';
import { common } from './german/common.ts';
import { container } from './german/container.ts';
import { frame } from './german/frame.ts';
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
};
