-- wrk --script wrk.lua --latency ... <url> -- <template.lua> <signatures.txt> <first index> <count>
-- Deliveries first .. first+count-1 of the pool, one after the other, then again. Ends with one line of JSON.
local parts, signatures, first, count
local sent = 0
local headers = {
  ["content-type"] = "application/json",
  ["user-agent"] = "GitHub-Hookshot/bench",
  ["x-github-event"] = "issues",
}

function init(args)
  parts = dofile(args[1])
  local file = assert(io.open(args[2], "rb"))
  signatures = file:read("*a")
  file:close()
  first, count = tonumber(args[3]), tonumber(args[4])
end

function request()
  local index = first + sent % count
  sent = sent + 1
  local number = string.format("%d", 1000000 + index)
  headers["x-github-delivery"] = "00000000-0000-4000-8000-00000" .. number
  headers["x-hub-signature-256"] = "sha256=" .. signatures:sub(index * 64 + 1, index * 64 + 64)
  return wrk.format("POST", nil, headers, table.concat(parts, number))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"answers":%d,"refused":%d,"broken":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
