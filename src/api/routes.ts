// Made by `npm run docs` from the document of the API; not to be changed by hand.
import type { Answers } from './answers.ts';

/** What each route is asked with, and what it answers: by status, by media type. */
export interface Routes {
  /** Show the path that lists all routes. */
  readonly 'GET /': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /'];
  };
  /** List all routes. */
  readonly 'GET /apiv1': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1'];
  };
  /** List all routes. */
  readonly 'GET /apiv1/': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/'];
  };
  /** Create an account. */
  readonly 'POST /apiv1/account': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/account'];
  };
  /** Remove an account; its tokens end. */
  readonly 'DELETE /apiv1/account/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/account/{name}'];
  };
  /** Change the password of an account. */
  readonly 'POST /apiv1/account/{name}/password': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/account/{name}/password'];
  };
  /** List the accounts. */
  readonly 'GET /apiv1/accounts': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/accounts'];
  };
  /** List the entries of the audit log, the latest first. */
  readonly 'GET /apiv1/audit': {
    readonly query: { readonly since?: string; readonly who?: string; readonly verb?: 'read' | 'plan' | 'create' | 'update' | 'remove' | 'logs' | 'reveal' | 'exec' | 'attach' | 'export' | 'import'; readonly noun?: 'container' | 'service' | 'job' | 'image' | 'engine-image' | 'volume' | 'network' | 'engine' | 'registry' | 'webhook' | 'rebalance' | 'catalog' | 'event' | 'cluster' | 'metrics' | 'domain' | 'account' | 'role' | 'secret' | 'policy' | 'token' | 'audit' | 'backup' | 'project'; readonly target?: string; readonly result?: 'done' | 'refused' | 'failed' | 'began'; readonly limit?: number };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/audit'];
  };
  /** Export the whole audit log. */
  readonly 'GET /apiv1/audit/export': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/audit/export'];
  };
  /** Show the output of a recorded session as asciicast v2. */
  readonly 'GET /apiv1/audit/recording/{recording}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/audit/recording/{recording}'];
  };
  /** List the recorded sessions, the latest first. */
  readonly 'GET /apiv1/audit/recordings': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/audit/recordings'];
  };
  /** Verify that the audit log was not modified. */
  readonly 'GET /apiv1/audit/verify': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/audit/verify'];
  };
  /** Download a backup of the store, with a signed digest at its end. */
  readonly 'GET /apiv1/backup': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/backup'];
  };
  /** Check a permission of the caller, and show who the caller is. */
  readonly 'GET /apiv1/can-i': {
    readonly query: { readonly verb: 'read' | 'plan' | 'create' | 'update' | 'remove' | 'logs' | 'reveal' | 'exec' | 'attach' | 'export' | 'import'; readonly noun: 'container' | 'service' | 'job' | 'image' | 'engine-image' | 'volume' | 'network' | 'engine' | 'registry' | 'webhook' | 'rebalance' | 'catalog' | 'event' | 'cluster' | 'metrics' | 'domain' | 'account' | 'role' | 'secret' | 'policy' | 'token' | 'audit' | 'backup' | 'project'; readonly project?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/can-i'];
  };
  /** List the addresses of ready replicas. */
  readonly 'GET /apiv1/catalog': {
    readonly query: { readonly service?: string; readonly since?: string; readonly wait?: number };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/catalog'];
  };
  /** List the addresses of ready replicas, for Prometheus. */
  readonly 'GET /apiv1/catalog/http_sd': {
    readonly query: { readonly service?: string; readonly port?: number };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/catalog/http_sd'];
  };
  /** Show the certificates of the servers and engines. */
  readonly 'GET /apiv1/certificates': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/certificates'];
  };
  /** Show totals of all engines, and warnings. */
  readonly 'GET /apiv1/cluster': {
    readonly query: { readonly consistent?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/cluster'];
  };
  /** Show the running configuration, without secrets. */
  readonly 'GET /apiv1/config': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/config'];
  };
  /** Run a container, or several with ?count=. */
  readonly 'POST /apiv1/container': {
    readonly query: { readonly count?: number; readonly atomic?: boolean; readonly start?: boolean };
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/container'];
  };
  /** Show a container and its placement. */
  readonly 'GET /apiv1/container/{container}': {
    readonly query: { readonly consistent?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}'];
  };
  /** Destroy a container. */
  readonly 'DELETE /apiv1/container/{container}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/container/{container}'];
  };
  /** Read a file or a folder of a container as a tar archive. */
  readonly 'GET /apiv1/container/{container}/archive': {
    readonly query: { readonly path: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/archive'];
  };
  /** Unpack a tar archive in a folder of a container. */
  readonly 'PUT /apiv1/container/{container}/archive': {
    readonly query: { readonly path: string; readonly noOverwriteDirNonDir?: boolean; readonly copyUIDGID?: boolean };
    readonly body: 'required';
    readonly answers: Answers['PUT /apiv1/container/{container}/archive'];
  };
  /** Attach to the process of a container over a WebSocket. */
  readonly 'GET /apiv1/container/{container}/attach/ws': {
    readonly query: { readonly stdin?: boolean; readonly detach_keys?: string; readonly start?: boolean; readonly any_engine?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/attach/ws'];
  };
  /** Create an image from a container, on its engine. */
  readonly 'POST /apiv1/container/{container}/commit': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/container/{container}/commit'];
  };
  /** List the changed files of a container. */
  readonly 'GET /apiv1/container/{container}/diff': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/diff'];
  };
  /** Run a program in a container. */
  readonly 'POST /apiv1/container/{container}/exec': {
    readonly query: { readonly stream?: boolean };
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/container/{container}/exec'];
  };
  /** Run a program in a container over a WebSocket. */
  readonly 'GET /apiv1/container/{container}/exec/ws': {
    readonly query: { readonly cmd: readonly (string)[] | string; readonly env?: readonly (string)[] | string; readonly user?: string; readonly working_dir?: string; readonly tty?: boolean; readonly privileged?: boolean; readonly stdin?: boolean; readonly detach_keys?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/exec/ws'];
  };
  /** Read all files of a container as a tar archive. */
  readonly 'GET /apiv1/container/{container}/export': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/export'];
  };
  /** Show Docker's inspect document of a container. */
  readonly 'GET /apiv1/container/{container}/inspect': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/inspect'];
  };
  /** Send a signal to a container. */
  readonly 'POST /apiv1/container/{container}/kill': {
    readonly query: { readonly signal?: string | number };
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/container/{container}/kill'];
  };
  /** Read the logs of a container. */
  readonly 'GET /apiv1/container/{container}/logs': {
    readonly query: { readonly tail?: number | 'all'; readonly follow?: boolean; readonly since?: string; readonly timestamps?: boolean; readonly stdout?: boolean; readonly stderr?: boolean; readonly until?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/logs'];
  };
  /** Pause all processes of a container. */
  readonly 'POST /apiv1/container/{container}/pause': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/container/{container}/pause'];
  };
  /** Rename a container. */
  readonly 'POST /apiv1/container/{container}/rename': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/container/{container}/rename'];
  };
  /** Restart a container. */
  readonly 'POST /apiv1/container/{container}/restart': {
    readonly query: { readonly timeout?: number };
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/container/{container}/restart'];
  };
  /** Start a container. */
  readonly 'POST /apiv1/container/{container}/start': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/container/{container}/start'];
  };
  /** Show the resource usage of a container. */
  readonly 'GET /apiv1/container/{container}/stats': {
    readonly query: { readonly stream?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/stats'];
  };
  /** Stop a container. */
  readonly 'POST /apiv1/container/{container}/stop': {
    readonly query: { readonly timeout?: number; readonly signal?: string | number };
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/container/{container}/stop'];
  };
  /** List the processes of a container. */
  readonly 'GET /apiv1/container/{container}/top': {
    readonly query: { readonly ps_args?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/container/{container}/top'];
  };
  /** Resume the processes of a container. */
  readonly 'POST /apiv1/container/{container}/unpause': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/container/{container}/unpause'];
  };
  /** Change the limits or the restart policy of a container. */
  readonly 'POST /apiv1/container/{container}/update': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/container/{container}/update'];
  };
  /** Wait until a container ends, and return its exit code. */
  readonly 'POST /apiv1/container/{container}/wait': {
    readonly query: { readonly condition?: 'not-running' | 'next-exit' | 'removed' };
    readonly body: 'none';
    readonly answers: Answers['POST /apiv1/container/{container}/wait'];
  };
  /** List the containers of all engines. */
  readonly 'GET /apiv1/containers': {
    readonly query: { readonly all?: boolean; readonly engine?: string; readonly label?: string; readonly image?: string; readonly project?: string; readonly state?: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'; readonly consistent?: boolean; readonly sort?: 'engine' | '-engine' | 'name' | '-name' | 'created' | '-created' | 'state' | '-state'; readonly after?: string; readonly limit?: number };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/containers'];
  };
  /** Show a deployment. */
  readonly 'GET /apiv1/deployment/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/deployment/{name}'];
  };
  /** Create a deployment; one that is there already stays as it is. */
  readonly 'PUT /apiv1/deployment/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['PUT /apiv1/deployment/{name}'];
  };
  /** Remove a deployment with its services, jobs and domains; its volumes and secrets stay. */
  readonly 'DELETE /apiv1/deployment/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/deployment/{name}'];
  };
  /** Show what a deployment of a template would do; changes nothing. */
  readonly 'POST /apiv1/deployment/{name}/plan': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/deployment/{name}/plan'];
  };
  /** Create and change the services of a deployment; what is unchanged is left alone. */
  readonly 'POST /apiv1/deployment/{name}/setup': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/deployment/{name}/setup'];
  };
  /** List the deployments, with their services. */
  readonly 'GET /apiv1/deployments': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/deployments'];
  };
  /** Examine the server, its store, certificates, clocks and engines. */
  readonly 'GET /apiv1/doctor': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/doctor'];
  };
  /** Have a domain, or a path of it, lead to a service, or to a URL. */
  readonly 'POST /apiv1/domain': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/domain'];
  };
  /** Show a domain. */
  readonly 'GET /apiv1/domain/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/domain/{name}'];
  };
  /** Have a domain, or a path of it, lead nowhere. */
  readonly 'DELETE /apiv1/domain/{name}': {
    readonly query: { readonly path?: string };
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/domain/{name}'];
  };
  /** List the domains, and where they lead. */
  readonly 'GET /apiv1/domains': {
    readonly query: { readonly project?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/domains'];
  };
  /** Register an engine. */
  readonly 'POST /apiv1/engine': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/engine'];
  };
  /** List the images on the engines. */
  readonly 'GET /apiv1/engine-images': {
    readonly query: { readonly engine?: string; readonly name?: string; readonly limit?: number; readonly after?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engine-images'];
  };
  /** Build an image of an archive on an engine, and copy it to others. */
  readonly 'POST /apiv1/engine-images/build': {
    readonly query: { readonly name: readonly (string)[] | string; readonly dockerfile?: string; readonly target?: string; readonly arg?: readonly (string)[] | string; readonly label?: readonly (string)[] | string; readonly no_cache?: boolean; readonly pull?: boolean; readonly platform?: string; readonly network?: 'default' | 'none'; readonly shm_size?: number; readonly cache_from?: readonly (string)[] | string; readonly extra_host?: readonly (string)[] | string; readonly builder?: string; readonly runner?: string; readonly engine?: string; readonly constraint?: readonly (string)[] | string; readonly project?: string; readonly to?: readonly (string)[] | string; readonly copies?: number; readonly upload?: string };
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/engine-images/build'];
  };
  /** Show the history of an image. */
  readonly 'GET /apiv1/engine-images/history': {
    readonly query: { readonly name: string; readonly engine?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engine-images/history'];
  };
  /** Show Docker's inspect document of an image. */
  readonly 'GET /apiv1/engine-images/inspect': {
    readonly query: { readonly name: string; readonly engine?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engine-images/inspect'];
  };
  /** Load an archive of images, or an image of one engine, on engines. */
  readonly 'POST /apiv1/engine-images/load': {
    readonly query: { readonly to?: readonly (string)[] | string; readonly from?: string; readonly name?: string };
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/engine-images/load'];
  };
  /** Remove unused images. */
  readonly 'POST /apiv1/engine-images/prune': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/engine-images/prune'];
  };
  /** Pull an image on engines. */
  readonly 'POST /apiv1/engine-images/pull': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/engine-images/pull'];
  };
  /** Remove a tag of an image, or the image. */
  readonly 'POST /apiv1/engine-images/remove': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/engine-images/remove'];
  };
  /** Read an image as a tar archive. */
  readonly 'GET /apiv1/engine-images/save': {
    readonly query: { readonly name: string; readonly engine?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engine-images/save'];
  };
  /** Tag an image. */
  readonly 'POST /apiv1/engine-images/tag': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/engine-images/tag'];
  };
  /** Destroy a container on a given engine. */
  readonly 'DELETE /apiv1/engine/{engine}/container/{container}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/engine/{engine}/container/{container}'];
  };
  /** Show an engine. */
  readonly 'GET /apiv1/engine/{id}': {
    readonly query: { readonly consistent?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engine/{id}'];
  };
  /** Change an engine. */
  readonly 'PATCH /apiv1/engine/{id}': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['PATCH /apiv1/engine/{id}'];
  };
  /** Remove an engine. */
  readonly 'DELETE /apiv1/engine/{id}': {
    readonly query: { readonly force?: boolean };
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/engine/{id}'];
  };
  /** List the containers of an engine. */
  readonly 'GET /apiv1/engine/{id}/containers': {
    readonly query: { readonly all?: boolean; readonly consistent?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engine/{id}/containers'];
  };
  /** Show what a drain would move; changes nothing. */
  readonly 'GET /apiv1/engine/{id}/drain': {
    readonly query: { readonly with_volumes?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engine/{id}/drain'];
  };
  /** Drain an engine. */
  readonly 'POST /apiv1/engine/{id}/drain': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/engine/{id}/drain'];
  };
  /** Simulate the loss of an engine. */
  readonly 'GET /apiv1/engine/{id}/rehearse-loss': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engine/{id}/rehearse-loss'];
  };
  /** List the engines. */
  readonly 'GET /apiv1/engines': {
    readonly query: { readonly consistent?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engines'];
  };
  /** Show what is promised to containers that the caller may not see: sizes only. */
  readonly 'GET /apiv1/engines/others': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/engines/others'];
  };
  /** Follow what happens, as server-sent events. */
  readonly 'GET /apiv1/events': {
    readonly query: { readonly since?: string; readonly until?: string; readonly kind?: readonly ('engine' | 'container' | 'reservation' | 'service' | 'job' | 'image' | 'image-config' | 'volume' | 'network' | 'secret' | 'policy' | 'project' | 'domain' | 'audit')[] | 'engine' | 'container' | 'reservation' | 'service' | 'job' | 'image' | 'image-config' | 'volume' | 'network' | 'secret' | 'policy' | 'project' | 'domain' | 'audit'; readonly action?: readonly (string)[] | string; readonly name?: readonly (string)[] | string; readonly engine?: readonly (string)[] | string; readonly project?: readonly (string)[] | string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/events'];
  };
  /** Save an image config. */
  readonly 'POST /apiv1/image': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/image'];
  };
  /** Show a saved image config. */
  readonly 'GET /apiv1/image/{name}': {
    readonly query: { readonly version?: number };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/image/{name}'];
  };
  /** Save a new version of an image config. */
  readonly 'PUT /apiv1/image/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['PUT /apiv1/image/{name}'];
  };
  /** Remove a saved image config. */
  readonly 'DELETE /apiv1/image/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/image/{name}'];
  };
  /** List the saved image configs. */
  readonly 'GET /apiv1/images': {
    readonly query: { readonly project?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/images'];
  };
  /** Create a job. */
  readonly 'POST /apiv1/job': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/job'];
  };
  /** Show a job and its status. */
  readonly 'GET /apiv1/job/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/job/{name}'];
  };
  /** Change a job. */
  readonly 'PUT /apiv1/job/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['PUT /apiv1/job/{name}'];
  };
  /** Remove a job. */
  readonly 'DELETE /apiv1/job/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/job/{name}'];
  };
  /** Run a job now. */
  readonly 'POST /apiv1/job/{name}/run': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/job/{name}/run'];
  };
  /** List the last runs of a job. */
  readonly 'GET /apiv1/job/{name}/runs': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/job/{name}/runs'];
  };
  /** Show a run of a job with its attempts. */
  readonly 'GET /apiv1/job/{name}/runs/{run}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/job/{name}/runs/{run}'];
  };
  /** Cancel a run of a job. */
  readonly 'POST /apiv1/job/{name}/runs/{run}/cancel': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/job/{name}/runs/{run}/cancel'];
  };
  /** List the jobs. */
  readonly 'GET /apiv1/jobs': {
    readonly query: { readonly project?: string; readonly label?: readonly (string)[] | string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/jobs'];
  };
  /** Exchange a password or an ID token for a token. */
  readonly 'POST /apiv1/login': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/login'];
  };
  /** Read the logs of several containers, merged by time. */
  readonly 'GET /apiv1/logs': {
    readonly query: { readonly tail?: number | 'all'; readonly follow?: boolean; readonly since?: string; readonly timestamps?: boolean; readonly stdout?: boolean; readonly stderr?: boolean; readonly container?: readonly (string)[] | string; readonly service?: readonly (string)[] | string; readonly job?: readonly (string)[] | string; readonly engine?: readonly (string)[] | string; readonly label?: readonly (string)[] | string; readonly until?: string; readonly format?: 'text' | 'json' };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/logs'];
  };
  /** Show the engines in the mesh, and the problems of the others. */
  readonly 'GET /apiv1/mesh': {
    readonly query: { readonly consistent?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/mesh'];
  };
  /** Join all engines in a mesh, for networks across engines. */
  readonly 'PUT /apiv1/mesh': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['PUT /apiv1/mesh'];
  };
  /** Make all engines leave the mesh. */
  readonly 'DELETE /apiv1/mesh': {
    readonly query: { readonly force?: boolean };
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/mesh'];
  };
  /** Replace the tokens with which engines join the mesh. */
  readonly 'POST /apiv1/mesh/rotate-tokens': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['POST /apiv1/mesh/rotate-tokens'];
  };
  /** Create a network. */
  readonly 'POST /apiv1/network': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/network'];
  };
  /** Show a network, and its running containers. */
  readonly 'GET /apiv1/network/{engine}/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/network/{engine}/{name}'];
  };
  /** Remove a network. */
  readonly 'DELETE /apiv1/network/{engine}/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/network/{engine}/{name}'];
  };
  /** Connect a container to a network. */
  readonly 'POST /apiv1/network/{engine}/{name}/connect': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/network/{engine}/{name}/connect'];
  };
  /** Disconnect a container from a network. */
  readonly 'POST /apiv1/network/{engine}/{name}/disconnect': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/network/{engine}/{name}/disconnect'];
  };
  /** List the networks of the engines. */
  readonly 'GET /apiv1/networks': {
    readonly query: { readonly engine?: string; readonly name?: string; readonly limit?: number; readonly after?: string; readonly consistent?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/networks'];
  };
  /** Remove unused networks. */
  readonly 'POST /apiv1/networks/prune': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/networks/prune'];
  };
  /** Show the OpenID Connect providers; needs no login. */
  readonly 'GET /apiv1/oidc': {
    readonly query: { readonly issuer?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/oidc'];
  };
  /** Show where a container or a service would be placed; changes nothing. */
  readonly 'POST /apiv1/plan': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/plan'];
  };
  /** List the policies. */
  readonly 'GET /apiv1/policies': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/policies'];
  };
  /** Create a policy. */
  readonly 'POST /apiv1/policy': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/policy'];
  };
  /** Show a policy. */
  readonly 'GET /apiv1/policy/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/policy/{name}'];
  };
  /** Replace the rules of a policy. */
  readonly 'PUT /apiv1/policy/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['PUT /apiv1/policy/{name}'];
  };
  /** Remove an unused policy. */
  readonly 'DELETE /apiv1/policy/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/policy/{name}'];
  };
  /** Check an image config against a policy. */
  readonly 'POST /apiv1/policy/{name}/check': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/policy/{name}/check'];
  };
  /** Create a project. */
  readonly 'POST /apiv1/project': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/project'];
  };
  /** Show a project. */
  readonly 'GET /apiv1/project/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/project/{name}'];
  };
  /** Change the quota or the description of a project; running containers are not affected. */
  readonly 'PATCH /apiv1/project/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['PATCH /apiv1/project/{name}'];
  };
  /** Remove an empty project. */
  readonly 'DELETE /apiv1/project/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/project/{name}'];
  };
  /** List the projects, with their quotas and usage. */
  readonly 'GET /apiv1/projects': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/projects'];
  };
  /** Show the active rebalance, or the last one. */
  readonly 'GET /apiv1/rebalance': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/rebalance'];
  };
  /** Start a rebalance. */
  readonly 'POST /apiv1/rebalance': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/rebalance'];
  };
  /** Stop a rebalance; active moves are completed. */
  readonly 'DELETE /apiv1/rebalance': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/rebalance'];
  };
  /** Show what a rebalance would move. */
  readonly 'GET /apiv1/rebalance/plan': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/rebalance/plan'];
  };
  /** List the registries with credentials, without passwords. */
  readonly 'GET /apiv1/registries': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/registries'];
  };
  /** Store credentials for a registry. */
  readonly 'POST /apiv1/registry': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/registry'];
  };
  /** Delete the credentials for a registry. */
  readonly 'DELETE /apiv1/registry/{server}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/registry/{server}'];
  };
  /** Restore a backup into an empty store, or only check it. */
  readonly 'POST /apiv1/restore': {
    readonly query: { readonly dry_run?: boolean };
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/restore'];
  };
  /** Create a role. */
  readonly 'POST /apiv1/role': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/role'];
  };
  /** Remove a role that no token and no account has. */
  readonly 'DELETE /apiv1/role/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/role/{name}'];
  };
  /** List the roles. */
  readonly 'GET /apiv1/roles': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/roles'];
  };
  /** Show the routers, and whether each serves what is asked for. */
  readonly 'GET /apiv1/router': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/router'];
  };
  /** Run a router on every engine with these labels. */
  readonly 'PUT /apiv1/router': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['PUT /apiv1/router'];
  };
  /** Stop all routers; the domains stay. */
  readonly 'DELETE /apiv1/router': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/router'];
  };
  /** List schedulers, types and strategies. */
  readonly 'GET /apiv1/schedulers': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/schedulers'];
  };
  /** Create a secret; its value is never returned. */
  readonly 'POST /apiv1/secret': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/secret'];
  };
  /** Show a secret, its versions and its users. */
  readonly 'GET /apiv1/secret/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/secret/{name}'];
  };
  /** Change the value of a secret, and replace the replicas that use it. */
  readonly 'PUT /apiv1/secret/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['PUT /apiv1/secret/{name}'];
  };
  /** Remove an unused secret. */
  readonly 'DELETE /apiv1/secret/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/secret/{name}'];
  };
  /** List the secrets, without their values. */
  readonly 'GET /apiv1/secrets': {
    readonly query: { readonly project?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/secrets'];
  };
  /** Create a service. */
  readonly 'POST /apiv1/service': {
    readonly query: { readonly plan?: string };
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/service'];
  };
  /** Show a service and its status. */
  readonly 'GET /apiv1/service/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/service/{name}'];
  };
  /** Change a service. */
  readonly 'PUT /apiv1/service/{name}': {
    readonly query: { readonly plan?: string };
    readonly body: 'required';
    readonly answers: Answers['PUT /apiv1/service/{name}'];
  };
  /** Remove a service. */
  readonly 'DELETE /apiv1/service/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/service/{name}'];
  };
  /** List the last 100 generations of a service. */
  readonly 'GET /apiv1/service/{name}/generations': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/service/{name}/generations'];
  };
  /** Read the logs of all replicas of a service. */
  readonly 'GET /apiv1/service/{name}/logs': {
    readonly query: { readonly tail?: number | 'all'; readonly follow?: boolean; readonly since?: string; readonly timestamps?: boolean; readonly stdout?: boolean; readonly stderr?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/service/{name}/logs'];
  };
  /** Move a service to another engine with its volumes. */
  readonly 'POST /apiv1/service/{name}/move': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/service/{name}/move'];
  };
  /** Stop the move of a service. */
  readonly 'DELETE /apiv1/service/{name}/move': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/service/{name}/move'];
  };
  /** Pause the update of a service. */
  readonly 'POST /apiv1/service/{name}/pause': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/service/{name}/pause'];
  };
  /** Replace all replicas of a service. */
  readonly 'POST /apiv1/service/{name}/restart': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/service/{name}/restart'];
  };
  /** Continue the update of a service. */
  readonly 'POST /apiv1/service/{name}/resume': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/service/{name}/resume'];
  };
  /** Roll back a service to an earlier generation. */
  readonly 'POST /apiv1/service/{name}/rollback': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/service/{name}/rollback'];
  };
  /** Scale a service. */
  readonly 'POST /apiv1/service/{name}/scale': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/service/{name}/scale'];
  };
  /** List the services. */
  readonly 'GET /apiv1/services': {
    readonly query: { readonly project?: string; readonly label?: readonly (string)[] | string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/services'];
  };
  /** Tell who asks, and whether a cookie said so. */
  readonly 'GET /apiv1/session': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/session'];
  };
  /** Log a browser in: its cookie says from then on who asks. */
  readonly 'POST /apiv1/session': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/session'];
  };
  /** Log a browser out: its login ends on every server. */
  readonly 'DELETE /apiv1/session': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/session'];
  };
  /** Begin a login of a browser with OpenID Connect: where it goes to. */
  readonly 'POST /apiv1/session/oidc': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/session/oidc'];
  };
  /** Show the resource usage of all containers, by engine and in total. */
  readonly 'GET /apiv1/stats': {
    readonly query: { readonly engine?: string; readonly label?: string; readonly image?: string; readonly container?: readonly (string)[] | string; readonly stream?: boolean };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/stats'];
  };
  /** Create a token; it is only in this answer. */
  readonly 'POST /apiv1/token': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/token'];
  };
  /** Revoke a token, on every server at once. */
  readonly 'DELETE /apiv1/token/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/token/{name}'];
  };
  /** List the tokens, without their secrets. */
  readonly 'GET /apiv1/tokens': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/tokens'];
  };
  /** Translate a line of docker run, a Compose file, or a template, into bodies of the API; changes nothing. */
  readonly 'POST /apiv1/translate': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/translate'];
  };
  /** Begin an upload of what an image is built from, or go on with one of the same bytes. */
  readonly 'POST /apiv1/upload': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/upload'];
  };
  /** Show how much of an upload has arrived. */
  readonly 'GET /apiv1/upload/{id}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/upload/{id}'];
  };
  /** Append bytes to an upload. */
  readonly 'PATCH /apiv1/upload/{id}': {
    readonly query: { readonly offset: number };
    readonly body: 'required';
    readonly answers: Answers['PATCH /apiv1/upload/{id}'];
  };
  /** Remove an upload. */
  readonly 'DELETE /apiv1/upload/{id}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/upload/{id}'];
  };
  /** Show the version of the server. */
  readonly 'GET /apiv1/version': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/version'];
  };
  /** Create a volume. */
  readonly 'POST /apiv1/volume': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/volume'];
  };
  /** Show a volume, and the containers that use it. */
  readonly 'GET /apiv1/volume/{engine}/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/volume/{engine}/{name}'];
  };
  /** Remove a volume. */
  readonly 'DELETE /apiv1/volume/{engine}/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/volume/{engine}/{name}'];
  };
  /** Copy a volume to another engine. */
  readonly 'POST /apiv1/volume/{engine}/{name}/copy': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/volume/{engine}/{name}/copy'];
  };
  /** List the volumes of the engines. */
  readonly 'GET /apiv1/volumes': {
    readonly query: { readonly engine?: string; readonly name?: string; readonly limit?: number; readonly after?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/volumes'];
  };
  /** Remove unused volumes. */
  readonly 'POST /apiv1/volumes/prune': {
    readonly query: Record<never, never>;
    readonly body: 'optional';
    readonly answers: Answers['POST /apiv1/volumes/prune'];
  };
  /** Create a webhook. */
  readonly 'POST /apiv1/webhook': {
    readonly query: Record<never, never>;
    readonly body: 'required';
    readonly answers: Answers['POST /apiv1/webhook'];
  };
  /** Show a webhook and the state of its deliveries. */
  readonly 'GET /apiv1/webhook/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/webhook/{name}'];
  };
  /** Remove a webhook. */
  readonly 'DELETE /apiv1/webhook/{name}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['DELETE /apiv1/webhook/{name}'];
  };
  /** Send a test event to a webhook, and return the result. */
  readonly 'POST /apiv1/webhook/{name}/test': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['POST /apiv1/webhook/{name}/test'];
  };
  /** List the webhooks, without their secrets. */
  readonly 'GET /apiv1/webhooks': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /apiv1/webhooks'];
  };
  /** Show this API as a page; ?q= searches it. */
  readonly 'GET /docs': {
    readonly query: { readonly q?: string };
    readonly body: 'none';
    readonly answers: Answers['GET /docs'];
  };
  /** Liveness: the process answers. */
  readonly 'GET /healthz': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /healthz'];
  };
  /** Metrics of the server and the cluster for Prometheus. */
  readonly 'GET /metrics': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /metrics'];
  };
  /** Metrics of the running containers for Prometheus. */
  readonly 'GET /metrics/containers': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /metrics/containers'];
  };
  /** Show this API as an OpenAPI document. */
  readonly 'GET /openapi.json': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /openapi.json'];
  };
  /** Readiness: the store accepts writes. */
  readonly 'GET /readyz': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /readyz'];
  };
  /** Show the web page, or one of its files. */
  readonly 'GET /ui/{file?}': {
    readonly query: Record<never, never>;
    readonly body: 'none';
    readonly answers: Answers['GET /ui/{file?}'];
  };
}
