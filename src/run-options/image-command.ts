import { Command } from 'commander';
import { SatsumaError } from '../model/errors.ts';

/**
 * A command whose operands end in `[image] [args...]`. As in `docker run`, options must be before the image, and all
 * words after it belong to the container. If the image is optional, words after `--` are the container's arguments:
 * `run --from redis -- sleep 60`.
 */
export class ImageCommand extends Command {
  #isImageless = false;

  readonly #changesWhatIsThere: boolean;

  /** `changesWhatIsThere`: without an image, the existing one stays. */
  constructor(name: string, { changesWhatIsThere = false } = {}) {
    super(name);
    this.#changesWhatIsThere = changesWhatIsThere;
    this.passThroughOptions();
    this.hook('preAction', () => {
      this.#refuseTwoNames();
      const image = this.#imageIndex();
      if (this.#isImageless) {
        this.processedArgs = [...this.args.slice(0, image), undefined, this.args.slice(image)];
      } else if (this.args.length <= image && !this.#isImageOptional()) {
        throw new SatsumaError('invalid', `no image given: satsuma ${this.#usage()}`);
      }
    });
  }

  /** Commander stops at the first operand; here options may also be between the operands before the image. */
  override parseOptions(argv: string[]): { operands: string[]; unknown: string[] } {
    const before: string[] = [];
    let rest = argv;
    for (;;) {
      const { operands, unknown } = super.parseOptions(rest);
      if (before.length === 0) before.push(...this.#nameByOption());
      const [first, ...others] = operands;
      if (first === undefined || unknown.length > 0) return { operands: [...before, ...operands], unknown };
      const isBehindDashes = rest.at(-operands.length - 1) === '--';
      if (isBehindDashes && before.length <= this.#imageIndex() && this.#isImageOptional()) {
        this.#isImageless = true;
        return { operands: [...before, ...operands], unknown };
      }
      if (before.length === this.#imageIndex()) {
        this.#noteOwnOption(others[0]);
        return { operands: [...before, first, ...(others[0] === '--' ? others.slice(1) : others)], unknown };
      }
      before.push(first);
      rest = isBehindDashes ? ['--', ...others] : others;
    }
  }

  /** As in docker: `service create --name web IMAGE`, where the name would be the first operand. */
  #nameByOption(): string[] {
    const { name } = this.opts<{ readonly name?: string }>();
    return this.#imageIndex() > 0 && name !== undefined ? [name] : [];
  }

  #refuseTwoNames(): void {
    const [first] = this.args;
    const [name = first] = this.#nameByOption();
    if (name !== first) throw new SatsumaError('invalid', `the name is given twice: ${first}, and --name ${name}`);
  }

  #imageIndex(): number {
    return this.registeredArguments.findIndex((argument) => argument.name() === 'image');
  }

  #usage(): string {
    const group = this.parent?.parent ? `${this.parent.name()} ` : '';
    const names = this.registeredArguments.slice(0, this.#imageIndex()).map((each) => `${each.name().toUpperCase()} `);
    return `${group}${this.name()} ${names.join('')}[options] IMAGE [args...]`;
  }

  #isImageOptional(): boolean {
    const { from, file } = this.opts<{ readonly from?: string; readonly file?: string }>();
    return this.#changesWhatIsThere || from !== undefined || file !== undefined;
  }

  /** One of our options after the image is probably not meant for the container. */
  #noteOwnOption(word: string | undefined): void {
    const [flag = ''] = word?.split('=', 1) ?? [];
    if (!this.options.some(({ short, long }) => flag === short || flag === long)) return;
    this.configureOutput().writeErr?.(
      `note: ${flag} is after the image and is passed to the container; options of satsuma must be before the image\n`,
    );
  }
}
