/** What the specification has for a service and Satsuma does not do, each with what to do instead. */
export const refusedOfServices: Readonly<Record<string, string>> = {
  container_name:
    'replicas are named by Satsuma, and found by the name of the service: leave it out, or make it an alias under networks',
  cpu_count: 'it is for Windows alone: use cpus',
  cpu_percent: 'it is for Windows alone: use cpus',
  cpu_period: 'use cpus',
  cpu_quota: 'use cpus',
  credential_spec: 'it is for Windows alone',
  develop: 'there is no watch: put it into a file of its own that is left out here',
  external_links: 'use an external network, and the names in it',
  mac_address: 'say it of a network, as networks.NAME.mac_address',
  models: 'Satsuma runs no language models: run one as a service',
  post_start:
    'let the command of the image do it, or a service that others wait for with service_completed_successfully',
  pre_stop: 'let the image do it at its stop_signal',
  provider: 'Satsuma calls no other programs',
  pull_refresh_after: 'use pull_policy always or missing',
  use_api_socket: 'a container is given no right over its engine: mount the socket as a volume if you must',
  volumes_from: 'replicas of two services may be on two engines: name the volume in both',
};

export const refusedOfDeploy: Readonly<Record<string, string>> = {
  endpoint_mode: 'a name resolves to every replica, as dnsrr has it: leave it out',
  labels: 'a service has no labels of its own: say them under labels, of its containers',
};

export const refusedOfNetworks: Readonly<Record<string, string>> = {
  enable_ipv4: 'a network always has IPv4',
};

export const refusedOfConfigs: Readonly<Record<string, string>> = {
  labels: 'a config has no labels',
  template_driver: 'the content is kept as it is',
};

export const refusedOfSecrets: Readonly<Record<string, string>> = {
  driver: 'Satsuma keeps the value itself',
  driver_opts: 'Satsuma keeps the value itself',
  labels: 'a secret has no labels',
  template_driver: 'a value is kept as it is',
};
