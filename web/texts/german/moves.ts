import type { moves as english } from '../english/moves.ts';

export const moves: Record<keyof typeof english, string> = {
  moves: 'Umzüge',
  movesText:
    'Replikate ziehen um, wenn eine Engine geleert wird oder verloren geht, oder durch einen Ausgleich. Das Leeren, und was ein Verlust bewirkte, steht bei jeder Engine.',
  drainsNow: 'Wird geleert:',
  movesFrom: 'Von',
  movesTo: 'Nach',
  nowhere: 'nirgends',
  move_planned: 'geplant',
  move_moving: 'zieht um',
  move_done: 'erledigt',
  move_failed: 'nicht umgezogen',
  rebalance: 'Ausgleich',
  movesDone: '{done} von {all} umgezogen',
  stopRebalanceText: 'Kein weiterer Umzug beginnt. Die begonnenen werden beendet.',
  rebalancePlan: 'Was ein Ausgleich umziehen ließe',
  noRebalance: 'Die Replikate sind, wo sie sein sollen: ein Ausgleich zöge nichts um.',
  beginRebalance: 'Jetzt ausgleichen',
  atOnce: 'Umzüge zugleich',
  rebalanceText: 'Jedes Replikat geht, wenn sein Nachfolger bereit ist. Es lässt sich anhalten.',
  gain: 'Was sich auf den Engines ändert',
  whatStays: 'Was bleibt, und warum',
};
