import type { Server } from '@hapi/hapi';
import { Gauge, Histogram, type Registry } from 'prom-client';

const seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Counts the answers of the server by route, because the number of paths is unlimited. A stream counts until it was
 * read.
 */
export function countRequests(registry: Registry, server: Server): void {
  const durations = new Histogram({
    name: 'satsuma_http_request_duration_seconds',
    help: 'Duration of requests, until the end of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers: [registry],
  });
  const open = new Gauge({
    name: 'satsuma_http_requests_open',
    help: 'Requests in progress, including streams.',
    registers: [registry],
  });
  server.ext('onRequest', (_, h) => {
    open.inc();
    return h.continue;
  });
  server.events.on('response', ({ info, method, route, response }) => {
    open.dec();
    // The client disconnected before the answer.
    const status = response && 'statusCode' in response ? response.statusCode : 499;
    // Hapi's name for the route of unmatched requests.
    const isKnown = route.path !== '/{p*}';
    const labels = isKnown ? { method: method.toUpperCase(), route: route.path } : { method: 'other', route: 'none' };
    durations.observe({ ...labels, status }, ((info.completed || Date.now()) - info.received) / 1_000);
  });
}
