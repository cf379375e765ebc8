// Certificates that a test makes for itself, in a folder of its own that goes with them: an authority, a server's for
// 127.0.0.1 and localhost, a client's, and a client's that an unknown authority has signed.
#pragma once

#include <filesystem>
#include <string>

namespace support {

class Certificates {
 public:
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  /// The path of "authority.pem", "server.pem", "server.key", "client.pem", "client.key", "stranger.pem", "stranger.key".
  [[nodiscard]] std::string file(const std::string& name) const { return (folder_ / name).string(); }
  /// A file of that folder with such content.
  std::string file(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace support
