import type { ImageConfig } from './image-config.ts';

export interface ImageConflict {
  readonly field: keyof ImageConfig;
  /** Goes on behind the name of the field. */
  readonly reason: string;
}

const containerMode = 'container:';

/** The first field that Docker refuses beside the others, on whichever engine: its "conflicting options". */
export function conflictOf(image: Partial<ImageConfig>): ImageConflict | undefined {
  return conflictWithNetwork(image) ?? conflictOfEntrypoint(image);
}

function conflictWithNetwork(image: Partial<ImageConfig>): ImageConflict | undefined {
  const { network_mode: mode = '' } = image;
  const beside = (field: keyof ImageConfig, hint: string) => ({
    field,
    reason: `cannot be used with network_mode ${mode}: ${hint}`,
  });
  const hasLinks = Object.keys(image.links ?? {}).length > 0;
  if (mode === 'host' && hasLinks) return beside('links', 'other containers are reached at their published ports');
  if (!mode.startsWith(containerMode)) return undefined;
  const other = mode.slice(containerMode.length);
  if (other === '') return { field: 'network_mode', reason: 'must name a container, like container:web' };
  if ((image.bind_ports ?? []).length > 0) return beside('bind_ports', `publish the ports of ${other} instead`);
  if (image.publish) return beside('publish', `publish the ports of ${other} instead`);
  if (image.hostname !== undefined) return beside('hostname', `the container has the host name of ${other}`);
  if (hasLinks) return beside('links', `the container has the links of ${other}`);
  return undefined;
}

/** Docker takes an entrypoint of one empty text for none, and does not fall back on the command of the image then. */
function conflictOfEntrypoint({ entrypoint, args = [] }: Partial<ImageConfig>): ImageConflict | undefined {
  if (entrypoint?.length !== 1 || entrypoint[0] !== '' || args.length > 0) return undefined;
  return { field: 'entrypoint', reason: 'removes the entrypoint of the image: args must name the program to run' };
}
