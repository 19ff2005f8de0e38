-- One line for the benchmark, beside what wrk prints: requests, microseconds, the median's and the 99th percentile's, and errors.
done = function(summary, latency)
  local errors = summary.errors
  local all_errors = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format("measured %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), all_errors))
end
