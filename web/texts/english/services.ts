export const services = {
  services: 'Services',
  noServices: 'There is no service yet. A service keeps replicas running:',
  readyOf: '{ready} of {wanted} ready',
  generation: 'generation {generation}',
  onEngines: '{message} ({engines} engines)',
  lastFailures: 'How replicas failed',
  replicas: 'Replicas',
  scale: 'Scale',
  resume: 'Go on',
  rollback: 'Roll back',
};
