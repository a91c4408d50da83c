import { integration } from './ava.timed.config.js';

/** The Docker image, built and run on an engine of a lab. */
export default { ...integration, files: ['test/docker-image/*.test.ts'], timeout: '30m' };
