#include "sim/situations.hpp"

namespace sim {
namespace {

// Requests that a scripted PSP sends of its own accord, at its counter.
#define AT_THE_COUNTER R"(<set field="idChannel" to="90000000001_09"/><set field="password" to="pwd_sim_0009"/>)"

// clang-format off
constexpr Situation table[] = {
  // what the user does
  {"pays-again",               R"(<pay/><wait for="1m"/><pay/>)"},
  {"pays-again-elsewhere",     R"(<pay/><wait for="1m"/><pay by="psp" psp="PSPSIM02"/>)"},
  {"two-users-at-once",        R"(<pay/><pay when="activatePaymentNoticeV2 answered"/>)"},
  {"looks-while-paid",         R"(<activate by="psp"/><verify/><activate/>)"},
  {"tries-again-after-denial", R"(<pay card="denied"/><wait for="1m"/><pay/>)"},
  {"tries-again-after-expiry", R"(<verify/><activate/><wait for="70m"/><pay psp="PSPSIM02"/>)"},
  {"types-a-digit-less",       R"(<pay typed-notice="30204123456789012"/>)"},
  {"types-another-ec",         R"(<pay typed-ec="7777777777"/>)"},
  {"types-an-unknown-notice",  R"(<pay typed-notice="302041234567890199"/>)"},
  {"chooses-another-psp",      R"(<pay psp="PSPSIM02" fee="0.80"/>)"},
  {"authorises-too-late",      R"(<pay/>)", R"(<setting name="gateway-time" value="16m"/>)"},
  {"closed-with-another-total", R"(<verify/><activate/><send by="checkout" message="closePayment-v2" outcome="OK"><set field="totalAmount" to="20.00"/></send>)"},
  {"gateway-says-nothing",     R"(<pay card="unheard-authorised"/>)"},
  {"gateway-is-unreachable",   R"(<pay card="unheard-unreachable"/>)"},
  {"gateway-takes-it-back",    R"(<pay card="voided"/>)"},
  {"checkout-stops-before-it-closes", R"(<pay/>)", R"(<setting name="crash-before-close" value="yes"/>)"},
  {"refund-fails-once",        R"(<answer by="psp" to="pspNotifyPayment{v}" outcome="KO" fault="CANALE_SEMANTICA"/><pay/>)", R"(<setting name="refund-failures" value="1"/>)"},
  {"closes-with-version-1",    R"(<pay/>)", R"(<setting name="close-version" value="1"/>)"},
  {"version-1-and-refused",    R"(<answer by="psp" to="pspNotifyPayment{v}" outcome="KO" fault="CANALE_SEMANTICA"/><pay/>)", R"(<setting name="close-version" value="1"/>)"},
  // carts
  {"cart",                     R"(<cart id-cart="CARRELLO-0001" all-ccp="no"/><pay cart="yes"/>)"},
  {"cart-denied",              R"(<cart/><pay cart="yes" card="denied"/>)"},
  {"cart-cancelled",           R"(<cart/><verify cart="yes"/><activate/><cancel/>)"},
  {"cart-of-version-1",        R"(<cart version="1" id-cart="CARRELLO-0001"/><pay cart="yes"/>)"},
  {"cart-refused-by-the-psp",  R"(<cart/><answer by="psp" to="pspNotifyPayment{v}" outcome="KO" fault="CANALE_SEMANTICA"/><pay cart="yes"/>)"},
  {"cart-of-what-is-being-paid", R"(<activate by="psp"/><cart/><pay cart="yes"/>)"},
  {"cart-of-six",              R"(<cart/><pay cart="yes"/>)", {}, R"(<notice number="302041234567890123" amount="10.00"/><notice number="302041234567890124" amount="10.00"/><notice number="302041234567890125" amount="10.00"/><notice number="302041234567890126" amount="10.00"/><notice number="302041234567890127" amount="10.00"/><notice number="302041234567890128" amount="10.00"/>)", "ec"},
  {"cart-of-what-is-paid",     R"(<pay/><wait for="1m"/><cart/>)"},
  // at the PSP's counter
  {"counter",                  R"(<pay by="psp"/>)"},
  {"counter-of-version-2",     R"(<pay by="psp"/>)", R"(<setting name="psp-activation-version" value="2"/>)"},
  {"counter-tries-again",      R"(<fault on="activatePaymentNotice" leg="response" do="drop"/><pay by="psp"/><pay by="psp" after="30s"/>)"},
  {"counter-after-expiry",     R"(<activate by="psp"/><wait for="31m"/><job name="mod3CancelV2"/><pay by="psp" after="10s"/>)"},
  {"collected-twice",          R"(<activate by="psp"/><wait for="31m"/><job name="mod3CancelV2"/><pay by="psp" psp="PSPSIM02"/><pay by="psp" after="10s"/>)"},
  {"collected-twice-and-kept", R"(<activate by="psp"/><wait for="31m"/><job name="mod3CancelV2"/><pay by="psp" psp="PSPSIM02"/><pay by="psp" after="10s"/>)", R"(<setting name="psp-refunds-duplicates" value="no"/>)"},
  {"unknown-at-the-counter",   R"(<pay by="psp" notice="302990000000000011"/>)"},
  {"late-ko-at-the-counter",   R"(<send by="psp" message="activatePaymentNotice">)" AT_THE_COUNTER R"(</send><wait for="31m"/><job name="mod3CancelV2"/><send by="psp" message="sendPaymentOutcome" outcome="KO"><set field="paymentToken" to="{activatePaymentNotice response paymentToken 1}"/></send><send by="psp" message="sendPaymentOutcome" outcome="KO"><set field="paymentToken" to="{activatePaymentNotice response paymentToken 1}"/></send>)"},
  {"old-token-after-the-new-one", R"(<send by="psp" message="activatePaymentNotice">)" AT_THE_COUNTER R"(</send><wait for="31m"/><job name="mod3CancelV2"/><send by="psp" message="activatePaymentNotice">)" AT_THE_COUNTER R"(</send><send by="psp" message="sendPaymentOutcome" outcome="KO"><set field="paymentToken" to="{activatePaymentNotice response paymentToken 2}"/></send><send by="psp" message="sendPaymentOutcome" outcome="OK"><set field="paymentToken" to="{activatePaymentNotice response paymentToken 1}"/></send>)"},
  {"same-key-twice",           R"(<send by="psp" message="activatePaymentNotice">)" AT_THE_COUNTER R"(<set field="idempotencyKey" to="90000000001_abcdefghij"/></send><send by="psp" message="activatePaymentNotice">)" AT_THE_COUNTER R"(<set field="idempotencyKey" to="90000000001_abcdefghij"/></send>)"},
  {"keys-of-the-older-edition", R"(<pay/>)", R"(<setting name="idempotency-key-of-digits" value="yes"/>)"},
  {"malformed-key",            R"(<verify/><send by="checkout" message="activatePaymentNoticeV2"><set field="idempotencyKey" to="97735020584-0123456789"/></send>)"},
  {"malformed-amount",         R"(<verify/><send by="checkout" message="activatePaymentNoticeV2"><set field="amount" to="120,00"/></send>)"},
  {"outcome-while-the-notice-is-paid-anew", R"(<answer by="psp" id="PSPSIM01" to="pspNotifyPayment{v}" with="silence"/><pay/><wait for="70m"/><pay psp="PSPSIM02"/><wait for="10s"/><send by="psp" id="PSPSIM01" message="sendPaymentOutcome{v}" outcome="KO"/>)"},
  // the notice
  {"notice-paid",              R"(<pay/>)", {}, R"(<notice number="302041234567890123" amount="20.00" state="paid"/>)"},
  {"notice-expired",           R"(<pay/>)", {}, R"(<notice number="302041234567890123" amount="20.00" state="expired"/>)"},
  {"notice-cancelled",         R"(<pay/>)", {}, R"(<notice number="302041234567890123" amount="20.00" state="cancelled"/>)"},
  {"past-its-due-date",        R"(<pay/>)", {}, R"(<notice number="302041234567890123" amount="20.00" due="2026-12-31"/>)"},
  {"dearer-at-activation",     R"(<pay/>)", {}, R"(<notice number="302041234567890123" amount="20.00" at-activation="25.00"/>)"},
  {"cancelled-between",        R"(<verify/><position state="cancelled"/><activate/>)"},
  {"expires-and-is-cancelled",  R"(<position state="expired"/><verify/><position state="cancelled"/><verify/><position state="open"/><pay/>)"},
  {"dearer-before",            R"(<position amount="22.00"/><verify/>)"},
  {"dearer-between",           R"(<verify/><position amount="22.00"/><activate/><authorise/><close/>)"},
  {"account-of-another",       R"(<pay/>)", {}, R"(<notice number="302041234567890123" amount="20.00"><transfer ec="77777777777" amount="20.00" iban="IT38M0306909606100000046111"/></notice>)"},
  {"digital-stamp",            R"(<pay/>)", R"(<psp id="PSPSIM01" stamps="yes"/>)", R"(<notice number="302041234567890123" amount="36.00"><transfer ec="77777777777" amount="20.00"/><transfer ec="77777777777" amount="16.00" stamp="yes"/></notice>)"},
  {"metadata",                 R"(<pay/>)", {}, R"(<notice number="302041234567890123" amount="20.00"><transfer ec="77777777777" amount="20.00"/><metadata key="DESCRIZIONE" value="tassa"/></notice>)"},
  // the EC
  {"stand-in",                 R"(<pay/>)", R"(<ec code="77777777777" standin="yes"/>)"},
  {"beneficiary-disabled",     R"(<pay/>)", R"(<ec code="80000000002" enabled="no"/>)"},
  {"broker-disabled",          R"(<pay/>)", R"(<ec code="77777777777" broker-enabled="no"/>)"},
  {"verify-refused",           R"(<answer by="ec" to="paVerifyPaymentNotice" outcome="KO" fault="PAA_SYSTEM_ERROR"/><pay/>)"},
  {"verify-unanswered",        R"(<answer by="ec" to="paVerifyPaymentNotice" with="silence"/><pay/>)"},
  {"verify-in-the-wrong-order", R"(<answer by="ec" to="paVerifyPaymentNotice"><break with="out-of-order" field="paymentDescription"/></answer><pay/>)"},
  {"get-refused",              R"(<answer by="ec" to="paGetPayment{v}" outcome="KO" fault="PAA_SYSTEM_ERROR"/><pay/>)"},
  {"get-unanswered",           R"(<answer by="ec" to="paGetPayment{v}" with="silence"/><pay/>)"},
  {"ignored-fields",           R"(<answer by="ec" to="paGetPayment{v}"><set field="data/retentionDate" to="2027-01-18T10:00:00"/><set field="data/lastPayment" to="true"/></answer><pay/>)"},
  {"postal-account-asked-for", R"(<verify/><activate/><send by="nodo" message="paGetPayment{v}"><set field="transferType" to="POSTAL"/></send>)"},
  {"support-account-asked-for", R"(<verify/><activate/><send by="nodo" message="paGetPayment{v}"><set field="transferType" to="PAGOPA"/></send>)"},
  {"probed",                   R"(<verify/><activate/><send by="nodo" message="paVerifyPaymentNotice"><set field="qrCode/noticeNumber" to="000000000000000000"/></send>)"},
  // receipts
  {"receipt-sent-again",       R"(<pay/><wait for="10s"/><send by="nodo" message="paSendRT{v}"/>)"},
  {"receipts-started-again",   R"(<answer by="ec" to="paSendRT{v}" with="silence" times="6"/><pay/><wait for="5h"/><job name="paSendRt"/>)"},
  {"receipt-known-already",    R"(<answer by="ec" to="paSendRT{v}" outcome="KO" fault="PAA_RECEIPT_DUPLICATA"/><pay/>)"},
  {"receipt-of-nobody",        R"(<pay/><wait for="10s"/><send by="nodo" message="paSendRT{v}"><set field="receipt/noticeNumber" to="302041234567890199"/></send>)"},
  // the PSP
  {"outcomes-never-answered",  R"(<answer by="nodo" to="sendPaymentOutcome{v}" with="silence" times="0"/><pay/>)", R"(<setting name="outcome-attempts" value="2"/>)"},
  {"card-data-wanted",         R"(<pay/>)", R"(<psp id="PSPSIM01" card-data="yes"/>)"},
  {"card-data-left-out",       R"(<verify/><activate/><send by="checkout" message="closePayment-v2" outcome="OK"><omit field="additionalPaymentInformations/rrn"/></send>)", R"(<psp id="PSPSIM01" card-data="yes"/>)"},
  {"answer-in-another-namespace", R"(<answer by="psp" to="pspNotifyPayment{v}"><break with="wrong-root-namespace"/></answer><send by="psp" message="sendPaymentOutcome{v}" when="pspNotifyPayment{v} answered" after="1s"/><pay/>)"},
  {"notified-for-somebody-else", R"(<pay/><wait for="5s"/><send by="nodo" message="pspNotifyPayment{v}"><set field="idPSP" to="PSPSIM02"/></send>)"},
  {"notified-twice",           R"(<pay/><wait for="5s"/><send by="nodo" message="pspNotifyPayment{v}"/>)"},
  {"expired-when-the-outcome-comes", R"(<answer by="psp" to="pspNotifyPayment{v}" with="silence"/><pay/><wait for="3h"/><send by="psp" message="sendPaymentOutcome{v}"/>)"},
};
// clang-format on

#undef AT_THE_COUNTER

}  // namespace

std::span<const Situation> situations() { return table; }

}  // namespace sim
