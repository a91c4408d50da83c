import { integration } from './ava.timed.config.js';

/** The authority of engines is replaced under load, on a lab. */
export default { ...integration, files: ['test/ca-rotation/*.test.ts'], timeout: '15m' };
