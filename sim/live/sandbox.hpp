// What testers drive a sandbox by: REST under /sandbox beside the protocol itself, on the port of every role.
// Everything is about one notice or one token: nothing that a tester does here changes what another one sees.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/live/host.hpp"
#include "sim/live/rest.hpp"
#include "sim/live/story.hpp"

namespace sim::live {

/// What the sandbox tells and does not know: whoever puts the parts together hands it in.
struct SandboxOptions {
  struct Magic {
    std::string what, it, en;
  };
  std::function<std::string(const Entry&, Instant start)> line;  ///< one entry of the journal as a line of JSON
  std::vector<std::string> jobs;                                 ///< of the Nodo
  std::vector<Magic> notices;                                    ///< numbers that say by themselves how the EC behaves
  /// The amount that the position of such a number has by itself; empty: it is no such number.
  std::function<std::string(std::string_view fiscalCode, std::string_view noticeNumber)> amount_of;
};

class Sandbox {
 public:
  /// The host must outlive it.
  Sandbox(Host& host, SandboxOptions options) : host_(host), options_(std::move(options)) {}
  /// For the index page. To be said before the first request.
  void listens(Role role, std::string base_url) { homes_.emplace_back(role, std::move(base_url)); }
  /// Answers one request that came to the port of that role. From any thread.
  Reaction serve(Role role, const wire::HttpRequest& request);
  /// All that can be asked, in the order in which it is explained.
  static std::span<const Operation> operations();

 private:
  struct Page {
    std::vector<std::pair<std::size_t, Entry>> entries;  ///< by their number in the journal
    std::size_t next = 0;
    Instant start;
  };
  [[nodiscard]] Page page(std::size_t since, const std::string& about);
  Reaction index(const Call& call);
  Reaction document(const Call& call);
  Reaction journal(const Call& call);
  Reaction events(const Call& call);
  Reaction state(const Call& call);
  Reaction pay(const Call& call);
  Reaction payments(const Call& call);
  Reaction payment(const Call& call);
  Reaction user(const Call& call);
  Reaction positions(const Call& call);
  Reaction position(const Call& call);
  Reaction put_position(const Call& call);
  Reaction new_position(const Call& call);
  Reaction withdraw_position(const Call& call);
  Reaction reset_position(const Call& call);
  Reaction job(const Call& call);
  Reaction behave_so(const Call& call);
  Reaction behaviours(const Call& call);
  Reaction forget(const Call& call);
  Reaction mock_info(const Call& call);
  Reaction queue_answer(const Call& call);
  Reaction clear_answers(const Call& call);
  Reaction history(const Call& call);
  Reaction schema(Role role, const wire::HttpRequest& request, bool wsdl) const;
  Reaction change(const Call& call, const std::string& state, int status);
  [[nodiscard]] wire::Json position_now(const std::string& fiscalCode, const std::string& noticeNumber);
  /// Asks the story, on the world's thread, after it has read what is new.
  template <class F>
  auto ask(F question) {
    return host_.ask([&](const World& world) {
      story_.catch_up(world.journal());
      return question(world, static_cast<const Story&>(story_));
    });
  }

  Host& host_;
  SandboxOptions options_;
  std::vector<std::pair<Role, std::string>> homes_;
  Story story_;  ///< of the world's thread
};

}  // namespace sim::live
