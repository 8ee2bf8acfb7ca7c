/**
 * The registry's scripts. Each answers one string: fields by tab, lists by comma, rows by newline, because that shape is the same on every
 * server that runs them: the in-memory one answers other things than strings differently, and its integers have 32 bits, hence `num`. Keys and their life are described in schema.md. Times are constants here: they are the same for every node.
 */

/** How long a lease lives without renewal, ms, counted by the registry. */
export const leaseTtlMs = 1_500;

const prelude = `
local function field(v) if type(v) == 'string' then return v end return '' end
local function num(v) return tonumber(v) + 0.0 end
local function alive(inc) return inc ~= '' and redis.call('EXISTS', 'ho:lease:' .. inc) == 1 end
local function nodeOf(inc) return (string.gsub(inc, '~.*', '')) end
local function nowMs() local t = redis.call('TIME') return num(t[1]) * 1000 + math.floor(num(t[2]) / 1000) end
local function has(csv, x) return string.find(',' .. csv .. ',', ',' .. x .. ',', 1, true) ~= nil end
local function each(csv, f) for x in string.gmatch(csv, '[^,]+') do f(x) end end
local function row(session)
  local f = redis.call('HMGET', 'ho:rec:' .. session, 'e', 'o', 'r', 's', 'b', 'd')
  if type(f[1]) ~= 'string' then return nil end
  return { e = f[1], o = field(f[2]), r = field(f[3]), s = field(f[4]), b = field(f[5]), d = field(f[6]) }
end
local function view(session, f)
  local node = field(redis.call('HGET', 'ho:nodes', nodeOf(f.o)))
  local url = string.match(node, '^[^\\t]*\\t[^\\t]*\\t[^\\t]*\\t(.*)$')
  local lives = '0'
  if alive(f.o) then lives = '1' end
  return table.concat({ session, f.e, f.o, f.r, f.s, f.b, f.d, lives, field(url) }, '\\t')
end
local function touch()
  if redis.call('EXISTS', 'ho:up') == 0 then redis.call('SET', 'ho:born', '1', 'PX', 1500) end
  redis.call('SET', 'ho:up', '1', 'PX', 1000)
end
`;

const script = (body: string): string => prelude + body.trim();

/** KEYS lease · ARGV incarnation, node id, node row. Answers 1 or 0. */
export const createLeaseScript = script(`
touch()
if not redis.call('SET', KEYS[1], '1', 'PX', ${leaseTtlMs}, 'NX') then return '0' end
redis.call('HSET', 'ho:nodes', ARGV[2], ARGV[3])
return '1'`);

/** KEYS lease · ARGV incarnation. Answers 0, or 1 and rows of what was taken away: session, epoch. */
export const extendLeaseScript = script(`
touch()
if not redis.call('SET', KEYS[1], '1', 'PX', ${leaseTtlMs}, 'XX') then return '0' end
local out = '1'
local taken = redis.call('HGETALL', 'ho:taken:' .. ARGV[1])
for i = 1, #taken, 2 do out = out .. '\\n' .. taken[i] .. '\\t' .. taken[i + 1] end
return out`);

/** KEYS lease. */
export const dropLeaseScript = script(`
redis.call('DEL', KEYS[1])
return '1'`);

/** KEYS record · ARGV session. Answers the row, or nothing. */
export const readScript = script(`
local f = row(ARGV[1])
if not f then return '' end
return view(ARGV[1], f)`);

/**
 * KEYS record · ARGV session, incarnation, region, number, expect, floor, over.
 * One compare-and-set: either the record is the one that was read and is taken, or it is answered as it is.
 */
export const takeScript = script(`
local session, inc, over = ARGV[1], ARGV[2], ARGV[7]
if not alive(inc) then return 'no-lease' end
local f = row(session)
local current = '0'
if f then current = f.e end
if current ~= ARGV[5] then
  if not f then return 'changed' end
  return 'changed\\t' .. view(session, f)
end
local last = math.floor(math.max(num(current), num(ARGV[6])) / 1024) + 0.0
local epoch = string.format('%.0f', math.max(last + 1, nowMs()) * 1024 + num(ARGV[4]))
local before = ''
local function keep(x)
  if x ~= inc and not has(over, x) and not has(before, x) and alive(x) then
    if before == '' then before = x else before = before .. ',' .. x end
  end
end
local dn = ''
if f then
  dn = f.d
  each(f.b, keep)
  if f.s == 'claimed' or f.s == 'active' then
    keep(f.o)
    if f.o ~= inc and alive(f.o) then
      redis.call('HSET', 'ho:taken:' .. f.o, session, epoch)
      redis.call('PEXPIRE', 'ho:taken:' .. f.o, 10000)
    end
  end
  redis.call('SREM', 'ho:owned:' .. nodeOf(f.o), session)
  redis.call('SREM', 'ho:free', session)
  redis.call('PERSIST', KEYS[1])
end
redis.call('HSET', KEYS[1], 'e', epoch, 'o', inc, 'r', ARGV[3], 's', 'claimed', 'b', before, 'd', dn)
redis.call('SADD', 'ho:owned:' .. nodeOf(inc), session)
return 'taken\\t' .. epoch .. '\\t' .. before`);

/** KEYS record · ARGV session, incarnation, epoch, over, waited (0 or 1), dn. */
export const goScript = script(`
local session, inc, over = ARGV[1], ARGV[2], ARGV[4]
if not alive(inc) then return 'no-lease' end
local f = row(session)
if not f or f.e ~= ARGV[3] or f.o ~= inc or (f.s ~= 'claimed' and f.s ~= 'active') then return 'lost' end
if f.s == 'claimed' then
  if redis.call('EXISTS', 'ho:up') == 0 then touch() end
  if redis.call('EXISTS', 'ho:born') == 1 then return 'young' end
  local left = ''
  if ARGV[5] ~= '1' then
    each(f.b, function(x)
      if alive(x) and not has(over, x) then
        if left == '' then left = x else left = left .. ',' .. x end
      end
    end)
  end
  if left ~= '' then return 'waiting\\t' .. left end
  redis.call('HSET', KEYS[1], 's', 'active', 'b', '')
end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'd', ARGV[6]) end
return 'active'`);

/** KEYS lease · ARGV incarnation, region, then session, epoch, dn of each. Answers `put` or `present` for each, by comma. */
export const reviveScript = script(`
local inc = ARGV[1]
if not alive(inc) then return 'no-lease' end
local out = ''
for i = 3, #ARGV, 3 do
  local answer = 'present'
  if not row(ARGV[i]) then
    redis.call('HSET', 'ho:rec:' .. ARGV[i], 'e', ARGV[i + 1], 'o', inc, 'r', ARGV[2], 's', 'active', 'b', '', 'd', ARGV[i + 2])
    redis.call('SADD', 'ho:owned:' .. nodeOf(inc), ARGV[i])
    answer = 'put'
  end
  if out == '' then out = answer else out = out .. ',' .. answer end
end
return out`);

/** KEYS record · ARGV session, incarnation, epoch, to (free or ended), ms that an ended record is kept. */
export const leaveScript = script(`
local session, inc = ARGV[1], ARGV[2]
local f = row(session)
if not f then return '0' end
if f.e == ARGV[3] and f.o == inc then
  redis.call('HSET', KEYS[1], 's', ARGV[4])
  if ARGV[4] == 'ended' then
    redis.call('SREM', 'ho:owned:' .. nodeOf(inc), session)
    redis.call('SREM', 'ho:free', session)
    redis.call('DEL', 'ho:pass:' .. session)
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
  else
    redis.call('SADD', 'ho:free', session)
  end
elseif has(f.b, inc) then
  local left = ''
  each(f.b, function(x)
    if x ~= inc then
      if left == '' then left = x else left = left .. ',' .. x end
    end
  end)
  redis.call('HSET', KEYS[1], 'b', left)
end
return '1'`);

/** ARGV node id, incarnation, limit. Answers rows. */
export const straysScript = script(`
local out, count = {}, 0
for _, session in ipairs(redis.call('SMEMBERS', 'ho:owned:' .. ARGV[1])) do
  local f = row(session)
  if not f or nodeOf(f.o) ~= ARGV[1] then redis.call('SREM', 'ho:owned:' .. ARGV[1], session)
  elseif f.o ~= ARGV[2] and (f.s == 'claimed' or f.s == 'active') and count < tonumber(ARGV[3]) then
    count = count + 1
    out[count] = view(session, f)
  end
end
return table.concat(out, '\\n')`);

/** ARGV limit. Answers rows: records of nodes without a lease, and free ones. */
export const orphansScript = script(`
local out, count = {}, 0
local limit = tonumber(ARGV[1])
for _, node in ipairs(redis.call('HKEYS', 'ho:nodes')) do
  local inc = string.match(redis.call('HGET', 'ho:nodes', node), '^[^\\t]*\\t[^\\t]*\\t([^\\t]*)')
  if not alive(inc) and count < limit then
    for _, session in ipairs(redis.call('SMEMBERS', 'ho:owned:' .. node)) do
      local f = row(session)
      if f and (f.s == 'claimed' or f.s == 'active') and not alive(f.o) and count < limit then
        count = count + 1
        out[count] = view(session, f)
      end
    end
  end
end
for _, session in ipairs(redis.call('SMEMBERS', 'ho:free')) do
  local f = row(session)
  if not f or f.s ~= 'free' then redis.call('SREM', 'ho:free', session)
  elseif count < limit then
    count = count + 1
    out[count] = view(session, f)
  end
end
return table.concat(out, '\\n')`);

/** Answers rows: node id, number, region, incarnation, url, alive. */
export const nodesScript = script(`
local out = {}
for i, node in ipairs(redis.call('HKEYS', 'ho:nodes')) do
  local value = redis.call('HGET', 'ho:nodes', node)
  local lives = '0'
  if alive(string.match(value, '^[^\\t]*\\t[^\\t]*\\t([^\\t]*)')) then lives = '1' end
  out[i] = node .. '\\t' .. value .. '\\t' .. lives
end
return table.concat(out, '\\n')`);

/** ARGV limit. Answers rows of every record that is not ended. */
export const recordsScript = script(`
local out, count = {}, 0
for _, node in ipairs(redis.call('HKEYS', 'ho:nodes')) do
  for _, session in ipairs(redis.call('SMEMBERS', 'ho:owned:' .. node)) do
    local f = row(session)
    if f and f.s ~= 'ended' and nodeOf(f.o) == node and count < tonumber(ARGV[1]) then
      count = count + 1
      out[count] = view(session, f)
    end
  end
end
return table.concat(out, '\\n')`);

/** KEYS passport · ARGV epoch, sealed. */
export const putPassportScript = script(`
local e = redis.call('HGET', KEYS[1], 'e')
if type(e) == 'string' and num(e) > num(ARGV[1]) then return '0' end
redis.call('HSET', KEYS[1], 'e', ARGV[1], 'v', ARGV[2])
return '1'`);

/** KEYS passport. Answers epoch and sealed, or nothing. */
export const passportScript = script(`
local f = redis.call('HMGET', KEYS[1], 'e', 'v')
if type(f[1]) ~= 'string' then return '' end
return f[1] .. '\\t' .. field(f[2])`);

/** KEYS mark · ARGV ms. */
export const putEndedScript = script(`
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return '1'`);

/** KEYS mark. */
export const isEndedScript = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return '1' end
return '0'`);

/** KEYS list · ARGV jti, wall clock ms at which the token expires. Entries leave a day after they were added: no token lives longer. */
export const revokeTokenScript = script(`
local now = nowMs()
if num(ARGV[2]) <= now then return '0' end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - 86400000))
return '1'`);

/** KEYS list · ARGV since ms. Answers a row with the next `since`, then ids. Two seconds overlap, for writes of the same moment. */
export const revokedTokensScript = script(`
local out = { string.format('%.0f', nowMs() - 2000) }
for i, jti in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf')) do out[i + 1] = jti end
return table.concat(out, '\\n')`);

/** KEYS hash · ARGV cluster, timeline seen. Answers the highest timeline that anybody saw of this cluster. */
export const raiseTimelineScript = script(`
local seen = math.max(num(ARGV[2]), num(redis.call('HGET', KEYS[1], ARGV[1]) or '0'))
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', seen))
return string.format('%.0f', seen)`);
