import { canonicalImageName } from '../src/model/image-name.ts';
import type { Scheduler } from '../src/model/scheduler.ts';

/** Requires that the engine already has the image, so that nothing is pulled. */
export const image: Scheduler = {
  name: 'image',
  description: 'the engine has the image already',
  prepare({ name }) {
    const requested = canonicalImageName(name);
    return (engine) => {
      if (engine.images.has(requested)) return undefined;
      return { code: 'image_missing', message: `the engine does not have the image ${requested}` };
    };
  },
  exclude({ name }, fleet, rows) {
    rows.retain(fleet.rowsWithImage(canonicalImageName(name)));
  },
};
