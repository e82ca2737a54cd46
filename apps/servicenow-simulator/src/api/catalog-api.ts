import { schema } from '../data/tables.js';
import { type Answer, json } from '../exchange/exchange.js';
import { ApiError, noRecord } from '../exchange/api-error.js';
import { jsonOf } from './request-body.js';
import { type RequestScope, writeScope } from './request-scope.js';

const requests = schema.table('sc_request')!;

/** `/api/sn_sc/servicecatalog/items`: the items that can be ordered. */
export function catalogItems({ instance, exchange }: RequestScope): Answer {
  const text = (exchange.query.get('sysparm_text') ?? '').toLowerCase();
  const items = [...instance.store.rows('sc_cat_item')].filter((row) => row['name']!.toLowerCase().includes(text));
  const result = items.map(({ sys_id, name, short_description, price }) => ({
    sys_id,
    name,
    short_description,
    price,
  }));
  return json(200, { result });
}

/** `/api/sn_sc/servicecatalog/items/{sys_id}`: one item. */
export function catalogItem({ instance, args }: RequestScope): Answer {
  const row = instance.store.get('sc_cat_item', args[0]!);
  if (!row) throw noRecord();
  const { sys_id, name, short_description, price } = row;
  return json(200, { result: { sys_id, name, short_description, price, variables: [] } });
}

/** `POST /api/sn_sc/servicecatalog/items/{sys_id}/order_now`: orders an item for the caller or another person. */
export function orderNow(scope: RequestScope): Answer {
  const { instance, exchange, session, args } = scope;
  const item = instance.store.get('sc_cat_item', args[0]!);
  if (!item) throw noRecord();
  const order = jsonOf(exchange) as { sysparm_quantity?: unknown; sysparm_requested_for?: unknown };
  const quantity = Number(order.sysparm_quantity);
  if (!Number.isInteger(quantity) || quantity < 1)
    throw new ApiError(400, 'Invalid quantity value', 'sysparm_quantity');
  const requestedFor = typeof order.sysparm_requested_for === 'string' ? order.sysparm_requested_for : session.userId;
  const row = instance.records.insert(
    requests,
    { short_description: item['name']!, requested_for: requestedFor },
    writeScope(scope),
  );
  const number = row['number']!;
  const id = row['sys_id']!;
  return json(200, {
    result: { sys_id: id, number, request_number: number, request_id: id, parent_id: null, table: requests.name },
  });
}
