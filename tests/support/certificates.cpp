#include "tests/support/certificates.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace support {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

Key new_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void extend(X509* certificate, X509* issuer, int what, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value);
  if (extension == nullptr) throw std::runtime_error("no extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// Signed by the issuer, or by itself when there is none.
Certificate certificate(const char* name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key, long serial) {
  Certificate out(X509_new(), X509_free);
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), 24L * 3600);
  X509_NAME* subject = X509_get_subject_name(out.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  const bool self = issuer == nullptr;
  X509_set_issuer_name(out.get(), self ? subject : X509_get_subject_name(issuer));
  X509_set_pubkey(out.get(), key);
  extend(out.get(), self ? out.get() : issuer, NID_basic_constraints, self ? "critical,CA:TRUE" : "CA:FALSE");
  if (!self) extend(out.get(), issuer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_sign(out.get(), self ? key : issuer_key, EVP_sha256());
  return out;
}

using Out = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
Out open(const std::string& path) {
  Out out(std::fopen(path.c_str(), "w"), std::fclose);
  if (!out) throw std::runtime_error("cannot write " + path);
  return out;
}
void write(const std::string& path, X509* certificate) { PEM_write_X509(open(path).get(), certificate); }
void write(const std::string& path, EVP_PKEY* key) { PEM_write_PrivateKey(open(path).get(), key, nullptr, nullptr, 0, nullptr, nullptr); }

}  // namespace

Certificates::Certificates() {
  std::string pattern = (std::filesystem::temp_directory_path() / "checkout-sim-certificates-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for certificates");
  folder_ = pattern;
  const Key authority_key = new_key();
  const Certificate authority = certificate("test authority", authority_key.get(), nullptr, nullptr, 1);
  const Key unknown_key = new_key();
  const Certificate unknown = certificate("unknown authority", unknown_key.get(), nullptr, nullptr, 1);
  write(file("authority.pem"), authority.get());
  const auto make = [&](const std::string& name, X509* issuer, EVP_PKEY* issuer_key, long serial) {
    const Key key = new_key();
    write(file(name + ".key"), key.get());
    write(file(name + ".pem"), certificate(name.c_str(), key.get(), issuer, issuer_key, serial).get());
  };
  make("server", authority.get(), authority_key.get(), 2);
  make("client", authority.get(), authority_key.get(), 3);
  make("stranger", unknown.get(), unknown_key.get(), 4);
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Certificates::file(const std::string& name, const std::string& content) const {
  std::ofstream(file(name)) << content;
  return file(name);
}

}  // namespace support
