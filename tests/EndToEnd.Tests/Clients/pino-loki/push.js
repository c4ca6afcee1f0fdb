// Logs through pino and pino-loki: push.js <host> <times>
import pino from 'pino';
import { pinoLoki } from 'pino-loki';

const [host, times] = process.argv.slice(2);
const loki = pinoLoki({
  host,
  labels: { app: 'orders', environment: 'production', pipeline: 'orders_daily' },
  propsToLabels: ['task'],
  structuredMetaKey: 'meta',
  batching: true,
  interval: 1,
  timeout: 10_000,
});
const logger = pino({ level: 'trace' }, loki);

for (let number = 0; number < Number(times); number++) {
  logger.info({ number }, 'loaded');
}
logger.child({ task: 'load_orders' }).error({ meta: { attempt: 2, trace_id: '5b8aa5a2d2c872e8321cf37308d69df2' } }, 'relation "raw.orders" does not exist');
loki.end();
