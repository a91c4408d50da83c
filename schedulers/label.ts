import type { Scheduler } from '../src/model/scheduler.ts';

/** Requires all labels of the image config on the engine. */
export const label: Scheduler = {
  name: 'label',
  description: 'the engine bears every label asked for',
  prepare({ labels }) {
    if (labels === undefined || labels.length === 0) return undefined;
    return (engine) => {
      const missing = labels.find((requested) => !engine.labels.includes(requested));
      if (missing === undefined) return undefined;
      return { code: 'label_missing', message: `the engine does not bear the label ${missing}` };
    };
  },
  exclude({ labels = [] }, fleet, rows) {
    for (const requested of labels) rows.retain(fleet.rowsWithLabel(requested));
  },
};
