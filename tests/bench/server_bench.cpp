// Requests per second of our server beside a bare cpp-httplib handler that answers the same bytes, in one run on loopback,
// with kept connections: the ratio is worth more than either number. Build: ninja server_bench; run: server_bench [seconds]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <httplib.h>

#include "sim/live/server.hpp"
#include "tests/support/raw_client.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Measured {
  double requests_a_second = 0;
  double median_us = 0, p99_us = 0;
};

Measured measure(int port, int connections, double for_seconds, const std::string& request, std::size_t answer_size) {
  std::vector<std::vector<double>> times(static_cast<std::size_t>(connections));
  std::vector<std::thread> clients;
  const auto begin = Clock::now();
  for (auto& mine : times) {
    clients.emplace_back([&, port] {
      support::RawClient client(port);
      std::string buffer(64 * 1024, '\0');
      while (std::chrono::duration<double>(Clock::now() - begin).count() < for_seconds) {
        const auto sent = Clock::now();
        if (!client.send(request)) return;
        for (std::size_t got = 0, header = 0; header == 0 || got < header + answer_size;) {
          const ssize_t n = ::recv(client.socket(), buffer.data() + got, buffer.size() - got, 0);
          if (n <= 0) return;
          got += static_cast<std::size_t>(n);
          if (header == 0) {
            const std::size_t end = std::string_view(buffer).substr(0, got).find("\r\n\r\n");
            if (end != std::string::npos) header = end + 4;
          }
        }
        mine.push_back(std::chrono::duration<double, std::micro>(Clock::now() - sent).count());
      }
    });
  }
  for (std::thread& client : clients) client.join();
  std::vector<double> all;
  for (const auto& mine : times) all.insert(all.end(), mine.begin(), mine.end());
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  return {static_cast<double>(all.size()) / for_seconds, all[all.size() / 2], all[all.size() * 99 / 100]};
}

}  // namespace

int main(int argc, char** argv) {
  const double for_seconds = argc > 1 ? std::atof(argv[1]) : 3;
  // The size of a paVerifyPaymentNotice and of its answer.
  const std::string asked(700, 'q'), answer(900, 'a');
  const std::string request = "POST /pa HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: " +
                              std::to_string(asked.size()) + "\r\n\r\n" + asked;

  auto ours = sim::live::Server::start({}, [&](const sim::wire::HttpRequest&, const sim::live::Peer&) -> sim::live::Reaction {
    return sim::wire::HttpResponse{200, {{"Content-Type", "text/xml"}}, answer};
  });
  if (!ours) return std::fprintf(stderr, "%s\n", ours.error().c_str()), 1;
  httplib::Server bare;
  bare.set_tcp_nodelay(true);
  bare.set_keep_alive_max_count(1'000'000'000);
  bare.new_task_queue = [] { return new httplib::ThreadPool(64); };  // one for each connection, or they would wait
  bare.Post("/pa", [&](const httplib::Request&, httplib::Response& response) { response.set_content(answer, "text/xml"); });
  const int bare_port = bare.bind_to_any_port("127.0.0.1");
  std::thread listening([&] { bare.listen_after_bind(); });
  while (!bare.is_running()) std::this_thread::yield();

  std::printf("%11s  %28s  %28s  %s\n", "connections", "ours: req/s, p50, p99 us", "bare: req/s, p50, p99 us", "ratio");
  for (const int connections : {1, 2, 8, 32}) {
    const Measured b = measure(bare_port, connections, for_seconds, request, answer.size());
    const Measured o = measure((*ours)->port(), connections, for_seconds, request, answer.size());
    std::printf("%11d  %10.0f %8.0f %8.0f  %10.0f %8.0f %8.0f  %.2f\n", connections, o.requests_a_second, o.median_us, o.p99_us,
                b.requests_a_second, b.median_us, b.p99_us, o.requests_a_second / b.requests_a_second);
  }
  bare.stop();
  listening.join();
}
