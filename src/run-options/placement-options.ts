import { type Command, InvalidArgumentError } from 'commander';
import { given } from '../model/given.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { gpus } from './gpus-option.ts';

export interface PlacementFlags {
  readonly constraint?: string[];
  readonly spread?: string;
  readonly resource?: Record<string, number>;
  readonly device?: string[];
  readonly gpus?: ImageConfig['gpus'];
}

/** Options for the placement and its resources. */
export function withPlacementOptions(command: Command): Command {
  return command
    .option(
      '--constraint <expression>',
      'a rule for the engine, like zone==eu-*, node!=/^old/ or service!=~web (soft); may be repeated',
      repeated,
    )
    .option('--spread <label>', 'spread containers over the values of this engine label, or over engines (engine)')
    .option('--resource <NAME=AMOUNT>', 'take an amount of what engines count, like gpu=1; may be repeated', resource)
    .option(
      '--device <device>',
      'give access to /dev/ttyUSB0[:/dev/modem][:rwm], or vendor/class=name; may be repeated',
      repeated,
    )
    .option('--gpus <all|NUMBER|ID,ID>', 'give access to GPUs; driver=nvidia,count=2 is understood, too', gpus);
}

type PlacementFields = Partial<Pick<ImageConfig, 'constraints' | 'spread' | 'resources' | 'devices' | 'gpus'>>;

export function placementFields({
  constraint,
  spread,
  resource: resources,
  device,
  gpus: which,
}: PlacementFlags): PlacementFields {
  return given({ constraints: constraint, spread, resources, devices: device, gpus: which });
}

/** Parser for an option that may be repeated. */
export function repeated(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}

export function resource(text: string, previous: Record<string, number> = {}): Record<string, number> {
  const [, name, amount] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be NAME=AMOUNT.');
  return { ...previous, [name]: Number(amount) };
}
