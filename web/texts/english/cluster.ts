export const cluster = {
  cluster: 'Cluster',
  filter: 'Filter by engine, label, container or image',
  noEngines: 'There is no engine yet. Register one with a command, and it appears here:',
  containersOn: '{count} containers',
  promised: '{used} of {all} promised',
};
