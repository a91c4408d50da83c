import { given } from '../model/given.ts';
import { type ImageFlags, mergedImage } from '../run-options/image-options.ts';
import { editedImage, hasImageEdits, type ImageEditFlags } from './image-edit-options.ts';
import { imageFields } from './image-options.ts';

/** The image part of a body in a file. */
export interface ImageInFile {
  readonly image?: object | undefined;
  readonly from?: string | undefined;
}

interface ImageWords {
  readonly image: string | undefined;
  readonly args: string[];
  readonly flags: ImageFlags & ImageEditFlags;
}

/**
 * `image` and `from` in the body of a service or a job: those of the file, changed by the command line. `imageNow`
 * reads the existing image config if only changes are given.
 */
export async function imagePart(
  { image: own, from }: ImageInFile,
  { image, args, flags }: ImageWords,
  imageNow: () => Promise<object | undefined>,
): Promise<object> {
  const fields = await imageFields(image, args, flags);
  if (Object.keys(fields).length === 0 && !hasImageEdits(flags)) return given({ from, image: own });
  const saved = from === undefined ? undefined : { from };
  const before = own ?? saved ?? (flags.from === undefined ? await imageNow() : undefined);
  return { image: editedImage(mergedImage(before ?? {}, fields), flags) };
}
