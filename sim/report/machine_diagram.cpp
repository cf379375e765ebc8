// The drawing is a small layered layout. States take the even ranks and the labels of arrows the odd ones, so that a
// label is a thing with a place of its own and never lies on an arrow or on another label; an arrow that climbs back
// over several layers keeps a free slot in each of them. Breadth first search never skips a layer downwards. Everything
// is integer arithmetic in table order: the same table gives the same bytes.
#include "sim/report/machine_diagram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/check.hpp"
#include "sim/report/drawing.hpp"

namespace sim::report {
namespace {

using drawing::width_of;

constexpr std::string_view any = "any";
constexpr std::string_view same = "same";

bool stays(const MachineRow& row) { return row.to == same; }
bool is_guarded(const MachineRow& row) { return !row.when.empty() && row.when != "always"; }

std::string event_of(const MachineRow& row) {
  return is_guarded(row) ? fmt::format("{} [{}]", row.on, row.when) : row.on;
}

std::string whole_label(const MachineRow& row) {
  std::string out = event_of(row);
  if (!row.order.empty()) out += " / " + row.order;
  if (!row.rule.empty()) out += fmt::format(" ({})", row.rule);
  return out;
}

// ---- mermaid ----

/// A name that mermaid takes as an identifier, whatever the state is called.
class Identifiers {
 public:
  explicit Identifiers(const MachineView& machine) : states_(machine.states) {}
  [[nodiscard]] std::string of(std::string_view state) const {
    if (is_plain(state)) return std::string(state);
    const auto found = std::find(states_.begin(), states_.end(), state);
    return fmt::format("state_{}", found - states_.begin());
  }
  /// Not the words of mermaid's own grammar, whose lexer does not look at case.
  static bool is_plain(std::string_view state) {
    constexpr std::array<std::string_view, 17> reserved{"any",       "as",    "choice", "class", "classdef", "default",
                                                        "direction", "end",   "fork",   "hide",  "href",     "join",
                                                        "note",      "scale", "state",  "style", "title"};
    std::string lower(state);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !lower.empty() && std::all_of(lower.begin(), lower.end(), fits) && (lower[0] < '0' || lower[0] > '9') &&
           std::find(reserved.begin(), reserved.end(), lower) == reserved.end() && !lower.starts_with("state_");
  }

 private:
  const std::vector<std::string>& states_;
};

/// Mermaid takes the first colon of a description for the start of it, and some versions choke on a second one.
std::string mermaid_label(std::string_view text) {
  std::string out;
  for (const char c : drawing::mermaid(text)) {
    if (c == ':')
      out += "#58;";
    else
      out.push_back(c);
  }
  return out;
}

// ---- the graph ----

struct Edge {
  std::size_t from = 0, to = 0;
  std::vector<const MachineRow*> rows;
};

/// What is drawn: one arrow for all the rows between the same two states.
struct Graph {
  std::vector<std::string> nodes;  ///< the states, then perhaps "any state"
  std::optional<std::size_t> any_node;
  std::vector<Edge> edges, loops;
  std::vector<const MachineRow*> unmoved;
};

Graph graph_of(const MachineView& machine) {
  Graph out;
  out.nodes = machine.states;
  const auto index_of = [&](std::string_view state) {
    const auto found = std::find(machine.states.begin(), machine.states.end(), state);
    SIM_CHECK(found != machine.states.end());  // rows name states of their own table
    return static_cast<std::size_t>(found - machine.states.begin());
  };
  for (const MachineRow& row : machine.rows) {
    if (stays(row)) {
      out.unmoved.push_back(&row);
      continue;
    }
    if (row.from == any && !out.any_node) {
      out.any_node = out.nodes.size();
      out.nodes.emplace_back("any state");
    }
    const std::size_t from = row.from == any ? *out.any_node : index_of(row.from);
    const std::size_t to = index_of(row.to);
    std::vector<Edge>& edges = from == to ? out.loops : out.edges;
    const auto known =
        std::find_if(edges.begin(), edges.end(), [&](const Edge& e) { return e.from == from && e.to == to; });
    if (known != edges.end())
      known->rows.push_back(&row);
    else
      edges.push_back({from, to, {&row}});
  }
  return out;
}

/// Distance of every node from the first state, or from "any state"; what nothing leads to comes last.
std::vector<int> layers_of(const Graph& graph) {
  std::vector<int> layer(graph.nodes.size(), -1);
  std::vector<std::size_t> frontier;
  const auto reach = [&](std::size_t node, int distance) {
    if (layer[node] >= 0) return;
    layer[node] = distance;
    frontier.push_back(node);
  };
  if (!graph.nodes.empty()) reach(0, 0);
  if (graph.any_node) reach(*graph.any_node, 0);
  int deepest = 0;
  for (std::size_t i = 0; i < frontier.size(); ++i) {
    const std::size_t node = frontier[i];
    deepest = std::max(deepest, layer[node]);
    for (const Edge& edge : graph.edges) {
      if (edge.from == node) reach(edge.to, layer[node] + 1);
    }
  }
  for (int& l : layer) {
    if (l < 0) l = deepest + 1;
  }
  return layer;
}

// ---- the layout ----

constexpr int state_size = 11;
constexpr int label_size = 10;
constexpr int line_height = 13;
constexpr int state_height = 28;
constexpr int margin = 16;

/// Something with a place in a rank: a state, the label of an edge, or the slot through which an edge passes.
struct Cell {
  enum class Kind : std::uint8_t { state, label, slot };
  Kind kind = Kind::slot;
  std::size_t of = 0;  ///< node or edge
  int rank = 0;
  int left = 4, right = 4;  ///< from its x to its borders
  int height = 0;
  int x = 0;
};

class Layout {
 public:
  explicit Layout(const Graph& graph) : graph_(graph) {
    const std::vector<int> layer = layers_of(graph);
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) add_state(node, layer[node]);
    for (std::size_t edge = 0; edge < graph.edges.size(); ++edge) add_chain(edge, layer);
    order_ranks();
    place_columns();
    place_ranks();
  }

  std::vector<Cell> cells;                       ///< those of the states come first, in their order
  std::vector<std::vector<std::size_t>> chains;  ///< per edge, the cells it runs through, from top to bottom
  std::vector<int> rank_top, rank_height;
  int width = 0, height = 0;

  static int half_width(std::string_view state) { return (width_of(state, state_size, true) + 26) / 2; }
  static int loop_width(const Edge& loop) {
    int widest = 0;
    for (const MachineRow* row : loop.rows) widest = std::max(widest, width_of(event_of(*row), label_size));
    return widest + 34;
  }

 private:
  struct Segment {
    std::size_t upper, lower;
    int stiffness;  ///< how much it wants to be upright
  };

  std::size_t add(Cell cell) {
    const auto rank = static_cast<std::size_t>(cell.rank);
    if (ranks_.size() <= rank) ranks_.resize(rank + 1);
    ranks_[rank].push_back(cells.size());
    cells.push_back(cell);
    return cells.size() - 1;
  }

  void add_state(std::size_t node, int layer) {
    const int half = half_width(graph_.nodes[node]);
    Cell cell{Cell::Kind::state, node, 2 * layer, half, half, state_height, 0};
    for (const Edge& loop : graph_.loops) {
      if (loop.from != node) continue;
      cell.right += loop_width(loop);
      cell.height = std::max(cell.height, static_cast<int>(loop.rows.size()) * line_height);
    }
    add(cell);
  }

  void add_chain(std::size_t edge_index, const std::vector<int>& layer) {
    const Edge& edge = graph_.edges[edge_index];
    int half = 0;
    for (const MachineRow* row : edge.rows) half = std::max(half, (width_of(event_of(*row), label_size) + 8) / 2);
    const int tall = static_cast<int>(edge.rows.size()) * line_height + 4;
    const auto label_at = [&](int rank) { return add({Cell::Kind::label, edge_index, rank, half, half, tall, 0}); };
    const int from = layer[edge.from], to = layer[edge.to];
    std::vector<std::size_t> chain;
    if (from == to) {  // round below both
      const std::size_t label = label_at(2 * from + 1);
      chain = {edge.from, label, edge.to};
      segments_.push_back({edge.from, label, 1});
      segments_.push_back({edge.to, label, 1});
    } else {
      const bool down = from < to;
      const int top = 2 * std::min(from, to), bottom = 2 * std::max(from, to);
      const int label_rank = down ? top + 1 : bottom - 1;  // next to the state that the event finds
      chain.push_back(down ? edge.from : edge.to);
      for (int rank = top + 1; rank < bottom; ++rank) {
        chain.push_back(rank == label_rank ? label_at(rank) : add({Cell::Kind::slot, edge_index, rank, 4, 4, 0, 0}));
      }
      chain.push_back(down ? edge.to : edge.from);
      for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        const bool is_inner = i > 0 && i + 2 < chain.size();
        segments_.push_back({chain[i], chain[i + 1], is_inner ? 8 : 2});
      }
    }
    chains.push_back(std::move(chain));
  }

  // -- few crossings: each cell goes to the mean place of its neighbours, rank by rank, down and up --

  [[nodiscard]] std::vector<int> places() const {
    std::vector<int> out(cells.size());
    for (const auto& rank : ranks_) {
      for (std::size_t i = 0; i < rank.size(); ++i) out[rank[i]] = static_cast<int>(i);
    }
    return out;
  }

  [[nodiscard]] int crossings() const {
    const std::vector<int> place = places();
    int out = 0;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const Segment &a = segments_[i], &b = segments_[j];
        if (cells[a.upper].rank != cells[b.upper].rank) continue;
        const int upper = place[a.upper] - place[b.upper], lower = place[a.lower] - place[b.lower];
        out += (upper < 0 && lower > 0) || (upper > 0 && lower < 0);
      }
    }
    return out;
  }

  void sort_rank(std::size_t rank, bool by_upper) {
    const std::vector<int> place = places();
    std::vector<std::int64_t> wish(cells.size());
    for (const std::size_t cell : ranks_[rank]) {
      std::int64_t sum = 0, count = 0;
      for (const Segment& s : segments_) {
        if ((by_upper ? s.lower : s.upper) != cell) continue;
        sum += place[by_upper ? s.upper : s.lower];
        ++count;
      }
      wish[cell] = count == 0 ? 1000 * std::int64_t{place[cell]} : 1000 * sum / count;
    }
    std::stable_sort(ranks_[rank].begin(), ranks_[rank].end(),
                     [&](std::size_t a, std::size_t b) { return wish[a] < wish[b]; });
  }

  /// Neighbours change places as long as that removes a crossing: what means alone cannot decide.
  void swap_neighbours() {
    int fewest = crossings();
    for (bool better = true; better;) {
      better = false;
      for (auto& rank : ranks_) {
        for (std::size_t i = 0; i + 1 < rank.size(); ++i) {
          std::swap(rank[i], rank[i + 1]);
          const int now = crossings();
          if (now < fewest) {
            fewest = now;
            better = true;
          } else {
            std::swap(rank[i], rank[i + 1]);
          }
        }
      }
    }
  }

  void order_ranks() {
    std::vector<std::vector<std::size_t>> best = ranks_;
    int fewest = crossings();
    for (int round = 0; round < 12; ++round) {
      const bool down = round % 2 == 0;
      for (std::size_t i = 0; i < ranks_.size(); ++i) sort_rank(down ? i : ranks_.size() - 1 - i, down);
      const int now = crossings();
      if (now < fewest) {
        fewest = now;
        best = ranks_;
      }
    }
    ranks_ = std::move(best);
    swap_neighbours();
  }

  // -- columns: as near to its neighbours as the order and the widths allow --

  [[nodiscard]] int distance(std::size_t a, std::size_t b) const {
    const bool slots = cells[a].kind == Cell::Kind::slot && cells[b].kind == Cell::Kind::slot;
    return cells[a].right + cells[b].left + (slots ? 6 : 16);
  }

  /// Rounded to the nearest: rounding down would let a chain of states drift to the left.
  static std::int64_t divided(std::int64_t a, std::int64_t b) { return (2 * a + (a < 0 ? -b : b)) / (2 * b); }

  struct Wish {
    std::int64_t at, weight;
  };

  /// Least squares under «keep the order and the distances»: neighbours that want to overlap move as one block.
  void settle(const std::vector<std::size_t>& rank, const std::vector<Wish>& wishes) {
    struct Block {
      std::int64_t weight, sum;
      std::size_t count;
    };
    std::vector<Block> blocks;
    std::vector<std::int64_t> offset(rank.size());
    for (std::size_t i = 0; i < rank.size(); ++i) {
      offset[i] = i == 0 ? 0 : offset[i - 1] + fine * distance(rank[i - 1], rank[i]);
      blocks.push_back({wishes[i].weight, wishes[i].weight * (wishes[i].at - offset[i]), 1});
      while (blocks.size() > 1) {
        const Block last = blocks.back();
        Block& before = blocks[blocks.size() - 2];
        if (divided(before.sum, before.weight) <= divided(last.sum, last.weight)) break;
        before = {before.weight + last.weight, before.sum + last.sum, before.count + last.count};
        blocks.pop_back();
      }
    }
    std::size_t i = 0;
    for (const Block& block : blocks) {
      for (std::size_t n = 0; n < block.count; ++n, ++i) at_[rank[i]] = divided(block.sum, block.weight) + offset[i];
    }
  }

  void place_columns() {
    at_.resize(cells.size());
    for (const auto& rank : ranks_) {
      for (std::size_t i = 1; i < rank.size(); ++i)
        at_[rank[i]] = at_[rank[i - 1]] + fine * distance(rank[i - 1], rank[i]);
    }
    for (int round = 0; round < 200; ++round) {
      for (std::size_t n = 0; n < ranks_.size(); ++n) {
        const auto& rank = ranks_[round % 2 == 0 ? n : ranks_.size() - 1 - n];
        std::vector<Wish> wishes;
        for (const std::size_t cell : rank) {
          std::int64_t sum = 0, weight = 0;
          for (const Segment& s : segments_) {
            if (s.upper != cell && s.lower != cell) continue;
            sum += s.stiffness * at_[s.upper == cell ? s.lower : s.upper];
            weight += s.stiffness;
          }
          if (weight == 0)
            wishes.push_back({at_[cell], 1});
          else
            wishes.push_back({divided(sum, weight), weight});
        }
        settle(rank, wishes);
      }
    }
    if (cells.empty()) return;
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i].x = static_cast<int>(divided(at_[i], fine));
    int leftmost = cells.front().x, rightmost = cells.front().x;
    for (const Cell& cell : cells) {
      leftmost = std::min(leftmost, cell.x - cell.left);
      rightmost = std::max(rightmost, cell.x + cell.right);
    }
    for (Cell& cell : cells) cell.x += margin - leftmost;
    width = rightmost - leftmost + 2 * margin;
  }

  /// Between two ranks the arrows need the more height, the farther they go sideways.
  void place_ranks() {
    int y = 0;
    for (std::size_t rank = 0; rank < ranks_.size(); ++rank) {
      int tallest = 0;
      for (const std::size_t cell : ranks_[rank]) tallest = std::max(tallest, cells[cell].height);
      int farthest = 0;
      for (const Segment& s : segments_) {
        if (cells[s.upper].rank != static_cast<int>(rank)) continue;
        farthest = std::max(farthest, std::abs(cells[s.upper].x - cells[s.lower].x));
      }
      rank_top.push_back(y);
      rank_height.push_back(tallest);
      y += tallest + 16 + std::min(44, farthest / 8);
      height = rank_top.back() + tallest;
    }
  }

  static constexpr std::int64_t fine = 256;  ///< parts of a pixel while places are still being sought

  const Graph& graph_;
  std::vector<std::int64_t> at_;
  std::vector<std::vector<std::size_t>> ranks_;
  std::vector<Segment> segments_;
};

// ---- the drawing ----

constexpr std::string_view ink = "#1c2733";
constexpr std::string_view faint = "#5b6673";
constexpr std::string_view stroke = "#17406d";

struct Point {
  int x, y;
};

class Svg {
 public:
  explicit Svg(const MachineView& machine) : machine_(machine), graph_(graph_of(machine)), layout_(graph_) {
    for (std::size_t i = 0; i < graph_.edges.size(); ++i) add_edge(i);
    for (const Edge& loop : graph_.loops) add_loop(loop);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) add_state(i);
    add_start();
    int width = std::max(layout_.width, 360);
    const int bottom = graph_.nodes.empty() ? top + 4 : top + layout_.height + 30;
    const int height = add_unmoved(bottom, width);
    finish(width, height);
  }
  std::string out;

 private:
  static constexpr int top = 78;

  [[nodiscard]] int top_of(const Cell& cell) const {
    const auto rank = static_cast<std::size_t>(cell.rank);
    return top + layout_.rank_top[rank] + (layout_.rank_height[rank] - cell.height) / 2;
  }

  void write(Point at, std::string_view words, int size, std::string_view paint, std::string_view anchor,
             bool bold = false) {
    fmt::format_to(std::back_inserter(body_), "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{}{}>{}</text>\n",
                   at.x, at.y, size, paint, anchor.empty() ? "" : fmt::format(" text-anchor=\"{}\"", anchor),
                   bold ? " font-weight=\"bold\"" : "", drawing::xml(words));
  }

  /// Where an edge meets a state: its share of that side, in the order of where the edges come from.
  [[nodiscard]] int port(std::size_t state, bool below, std::size_t neighbour) const {
    std::vector<std::pair<int, std::size_t>> all;
    for (const auto& chain : layout_.chains) {
      const auto consider = [&](std::size_t end, std::size_t next) {
        const bool is_below = layout_.cells[next].rank > layout_.cells[end].rank;
        if (end == state && is_below == below) all.emplace_back(layout_.cells[next].x, next);
      };
      consider(chain.front(), chain[1]);
      consider(chain.back(), chain[chain.size() - 2]);
    }
    std::sort(all.begin(), all.end());
    const auto mine = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.second == neighbour; });
    const int n = static_cast<int>(all.size()), i = static_cast<int>(mine - all.begin());
    const int room = 2 * Layout::half_width(graph_.nodes[state]) - 20;
    const int step = n > 1 ? std::min(22, room / (n - 1)) : 0;
    return layout_.cells[state].x + i * step - (n - 1) * step / 2;
  }

  void tip(const Edge& edge) {
    std::string words;
    for (const MachineRow* row : edge.rows) {
      words += fmt::format("{}{} to {}: {}", words.empty() ? "" : "; ", row->from, row->to, whole_label(*row));
    }
    body_ += fmt::format("<title>{}</title>\n", drawing::xml(words));
  }

  void head(Point at, int dx, int dy) {
    const Point base{at.x - 8 * dx, at.y - 8 * dy};
    fmt::format_to(std::back_inserter(body_), "<path d=\"M{} {}L{} {}L{} {}Z\" fill=\"{}\"/>\n", at.x, at.y,
                   base.x - 4 * dy, base.y - 4 * dx, base.x + 4 * dy, base.y + 4 * dx, stroke);
  }

  static void curve(std::string& path, Point from, Point to) {
    const int half = (from.y + to.y) / 2;
    path += fmt::format("C{} {} {} {} {} {}", from.x, half, to.x, half, to.x, to.y);
  }

  void add_edge(std::size_t index) {
    const Edge& edge = graph_.edges[index];
    const std::vector<std::size_t>& chain = layout_.chains[index];
    body_ += "<g>\n";
    tip(edge);
    std::string path;
    const auto move_to = [&path](Point at) { path += fmt::format("M{} {}", at.x, at.y); };
    const Cell& first = layout_.cells[chain.front()];
    const Cell& last = layout_.cells[chain.back()];
    const bool round = first.rank == last.rank;
    const int leaves_at = top_of(first) + (first.height + state_height) / 2;
    Point at{port(chain.front(), true, chain[1]), leaves_at};
    const Point start = at;
    const auto to = [&](Point next) {
      curve(path, at, next);
      at = next;
    };
    move_to(at);
    for (std::size_t i = 1; i + 1 < chain.size(); ++i) {
      const Cell& cell = layout_.cells[chain[i]];
      const auto rank = static_cast<std::size_t>(cell.rank);
      const int band_top = top + layout_.rank_top[rank], band_bottom = band_top + layout_.rank_height[rank];
      if (round) {
        const int side = first.x < last.x ? -1 : 1;
        const int inset = std::min(12, cell.left / 2);
        to({cell.x + side * inset, top_of(cell)});
        at = {cell.x - side * inset, top_of(cell)};
        move_to(at);
      } else if (cell.kind == Cell::Kind::label) {
        to({cell.x, band_top});
        path += fmt::format("L{} {}", cell.x, top_of(cell));
        at = {cell.x, top_of(cell) + cell.height};
        move_to(at);
        path += fmt::format("L{} {}", cell.x, band_bottom);
        at.y = band_bottom;
      } else {
        to({cell.x, band_top});
        path += fmt::format("L{} {}", cell.x, band_bottom);
        at.y = band_bottom;
      }
    }
    const bool upwards = !round && edge.to == first.of;
    if (round)
      to({port(chain.back(), true, chain[1]), top_of(last) + (last.height + state_height) / 2});
    else
      to({port(chain.back(), false, chain[chain.size() - 2]), top_of(last) + (last.height - state_height) / 2});
    fmt::format_to(std::back_inserter(body_), "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1\"/>\n", path,
                   stroke);
    if (upwards)
      head(start, 0, -1);
    else
      head(at, 0, round ? -1 : 1);
    for (const std::size_t i : chain) {
      const Cell& cell = layout_.cells[i];
      if (cell.kind != Cell::Kind::label) continue;
      int y = top_of(cell) + 12;
      for (const MachineRow* row : edge.rows) {
        write({cell.x, y}, event_of(*row), label_size, ink, "middle");
        y += line_height;
      }
    }
    body_ += "</g>\n";
  }

  void add_loop(const Edge& loop) {
    const Cell& cell = layout_.cells[loop.from];
    const int x = cell.x + Layout::half_width(graph_.nodes[loop.from]);
    const int y = top_of(cell) + cell.height / 2;
    body_ += "<g>\n";
    tip(loop);
    fmt::format_to(std::back_inserter(body_),
                   "<path d=\"M{} {}C{} {} {} {} {} {}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1\"/>\n", x, y - 8,
                   x + 30, y - 16, x + 30, y + 16, x + 7, y + 8, stroke);
    head({x, y + 8}, -1, 0);
    int line = y + 4 - (static_cast<int>(loop.rows.size()) - 1) * line_height / 2;
    for (const MachineRow* row : loop.rows) {
      write({x + 28, line}, event_of(*row), label_size, ink, "");
      line += line_height;
    }
    body_ += "</g>\n";
  }

  [[nodiscard]] bool is_final(std::size_t node) const {
    const auto leaves = [node](const Edge& e) { return e.from == node; };
    return !graph_.any_node && std::none_of(graph_.edges.begin(), graph_.edges.end(), leaves);
  }

  void add_state(std::size_t node) {
    const Cell& cell = layout_.cells[node];
    const int half = Layout::half_width(graph_.nodes[node]);
    const int y = top_of(cell) + (cell.height - state_height) / 2;
    const bool is_any = graph_.any_node == node;
    const auto box = [&](int inset, std::string_view fill) {
      fmt::format_to(std::back_inserter(body_),
                     "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\" stroke=\"{}\"{}/>\n",
                     cell.x - half + inset, y + inset, 2 * (half - inset), state_height - 2 * inset, 6 - inset, fill,
                     ink, is_any ? " stroke-dasharray=\"4 3\"" : "");
    };
    box(0, is_any ? "#ffffff" : "#eef4fa");
    if (is_final(node)) box(3, "none");
    write({cell.x, y + 18}, graph_.nodes[node], state_size, ink, "middle", !is_any);
  }

  void add_start() {
    if (graph_.nodes.empty()) return;
    const Cell& cell = layout_.cells.front();
    const int y = top_of(cell) + (cell.height - state_height) / 2;
    fmt::format_to(std::back_inserter(body_), "<circle cx=\"{0}\" cy=\"{1}\" r=\"5\" fill=\"{2}\"/>\n", cell.x, y - 24,
                   ink);
    fmt::format_to(std::back_inserter(body_), "<path d=\"M{0} {1}L{0} {2}\" stroke=\"{3}\" stroke-width=\"1\"/>\n",
                   cell.x, y - 19, y - 7, stroke);
    head({cell.x, y}, 0, 1);
  }

  /// The rows that change nothing, in as many blocks beside each other as there is room for.
  int add_unmoved(int y, int& width) {
    if (graph_.unmoved.empty()) return y;
    std::vector<std::array<std::string, 4>> lines;
    for (const MachineRow* row : graph_.unmoved) lines.push_back({row->from, event_of(*row), row->order, row->rule});
    std::array<int, 4> widths{};
    const std::array<std::string_view, 4> titles{"in", "on", "do", "rule"};
    for (std::size_t c = 0; c < 4; ++c) widths[c] = width_of(titles[c], label_size, true) + 14;
    for (const auto& line : lines) {
      for (std::size_t c = 0; c < 4; ++c) widths[c] = std::max(widths[c], width_of(line[c], label_size) + 14);
    }
    const int block = std::accumulate(widths.begin(), widths.end(), 0) + 16;
    width = std::max(width, block + 2 * margin);
    const int side_by_side = std::clamp((width - 2 * margin) / block, 1, 3);
    const int rows = (static_cast<int>(lines.size()) + side_by_side - 1) / side_by_side;
    write({margin, y}, "Events that leave the state as it is", state_size, ink, "", true);
    for (int b = 0; b < side_by_side && b * rows < static_cast<int>(lines.size()); ++b) {
      int x = margin + b * block;
      for (std::size_t c = 0; c < 4; ++c) {
        write({x, y + 18}, titles[c], label_size, faint, "", true);
        for (int r = 0; r < rows && b * rows + r < static_cast<int>(lines.size()); ++r) {
          const std::string& words = lines[static_cast<std::size_t>(b * rows + r)][c];
          if (!words.empty()) write({x, y + 33 + r * 14}, words, label_size, c == 3 ? faint : ink, "");
        }
        x += widths[c];
      }
    }
    return y + 33 + rows * 14;
  }

  void finish(int width, int height) {
    const std::size_t arrows = graph_.edges.size() + graph_.loops.size();
    const std::string summary = fmt::format(
        "State machine {} with {} states, {} arrows and {} rows that leave the state as it is. It starts in {}.",
        machine_.name, machine_.states.size(), arrows, graph_.unmoved.size(),
        machine_.states.empty() ? "no state" : machine_.states.front());
    out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" role=\"img\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\" font-family=\"{2}\">\n<title>{3}</title>\n<desc>{4}</desc>\n"
        "<rect x=\"0\" y=\"0\" width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
        width, height + margin, drawing::font, drawing::xml("State machine " + machine_.name), drawing::xml(summary));
    std::string rows = std::move(body_);
    body_.clear();
    write({margin, 27}, drawing::shortened(machine_.name, width - 2 * margin, 16, true), 16, ink, "", true);
    out += body_ + rows + "</svg>\n";
  }

  const MachineView& machine_;
  Graph graph_;
  Layout layout_;
  std::string body_;
};

}  // namespace

std::string machine_text(const MachineView& machine) {
  using Line = std::array<std::string, 6>;
  std::vector<Line> lines{{"in", "on", "when", "do", "then", "rule"}};
  for (const MachineRow& row : machine.rows) lines.push_back({row.from, row.on, row.when, row.order, row.to, row.rule});
  std::array<std::size_t, 6> widths{};
  for (Line& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) {
      line[c] = line[c].empty() ? "-" : drawing::printable(line[c]);
      widths[c] = std::max(widths[c], line[c].size());
    }
  }
  Line rule;
  for (std::size_t c = 0; c < rule.size(); ++c) rule[c] = std::string(widths[c], '-');
  lines.insert(lines.begin() + 1, std::move(rule));
  std::string out;
  for (const Line& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) {
      out += line[c];
      if (c + 1 < line.size()) out.append(widths[c] - line[c].size() + 2, ' ');
    }
    out.push_back('\n');
  }
  return out;
}

std::string machine_mermaid(const MachineView& machine) {
  const Identifiers id(machine);
  const Graph graph = graph_of(machine);
  std::string out = "stateDiagram-v2\n";
  out += fmt::format("    %% machine {}\n", drawing::mermaid(machine.name));
  for (const std::string& state : machine.states) {
    if (!Identifiers::is_plain(state))
      out += fmt::format("    state \"{}\" as {}\n", mermaid_label(state), id.of(state));
  }
  if (graph.any_node) out += "    state \"any state\" as state_any\n";
  if (!machine.states.empty()) out += fmt::format("    [*] --> {}\n", id.of(machine.states.front()));
  // One arrow for each two states: mermaid draws parallel ones on top of each other.
  std::vector<std::pair<std::pair<std::string, std::string>, std::string>> arrows;
  for (const MachineRow& row : machine.rows) {
    if (row.from == any && stays(row)) continue;
    const std::string from = row.from == any ? "state_any" : id.of(row.from);
    const std::pair<std::string, std::string> ends{from, stays(row) ? from : id.of(row.to)};
    const std::string label = mermaid_label(whole_label(row));
    const auto known =
        std::find_if(arrows.begin(), arrows.end(), [&](const auto& arrow) { return arrow.first == ends; });
    if (known == arrows.end())
      arrows.emplace_back(ends, label);
    else
      known->second += "<br/>" + label;
  }
  for (const auto& [ends, label] : arrows) out += fmt::format("    {} --> {} : {}\n", ends.first, ends.second, label);
  for (const MachineRow& row : machine.rows) {
    if (row.from == any && stays(row)) out += fmt::format("    %% in any state: {}\n", mermaid_label(whole_label(row)));
  }
  return out;
}

std::string machine_svg(const MachineView& machine) { return std::move(Svg(machine).out); }

}  // namespace sim::report
