import { hostLan } from './host-lan.ts';
import type { Lan } from './lan.ts';
import { networkLan } from './network-lan.ts';

/** The plug-ins by which services reach each other, by name: one of your own is another line. */
export const lans: readonly Lan[] = [hostLan, networkLan];

export const defaultLan = hostLan.name;

export function findLan(name: string): Lan | undefined {
  return lans.find((lan) => lan.name === name);
}
