export const container = {
  stale: 'its engine does not answer: this is what it said last',
  whyHere: 'Why here',
  whyHereText: 'Type {type}, strategy {strategy}: {candidates} of {all} engines could have taken it.',
  notOurs: 'Somebody else started it: Satsuma counts what it uses, and did not place it.',
  holds: 'What it holds',
  whyNot: 'And elsewhere, now',
  logEnded: 'The log has ended.',
  removeSure: 'Remove {name} and its files?',
};
