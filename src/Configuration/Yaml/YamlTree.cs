using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Observability.Configuration.Yaml;

/// <summary>
/// Makes nodes from YamlDotNet's events: follows aliases, spreads merge keys (<c>&lt;&lt;</c>), refuses repeated keys and what exceeds <see cref="YamlLimits"/>.
/// A fault that leaves the rest readable is noted and passed over, so that one reading shows all of them.
/// </summary>
internal sealed class YamlTree
{
    private readonly Parser _parser;
    private readonly ReadingContext _context;
    private readonly int _offset;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlTree(string text, ReadingContext context)
    {
        // The parser would drop a byte order mark without counting it; offsets are those of the file.
        _offset = text.StartsWith('\uFEFF') ? 1 : 0;
        _parser = new Parser(new Scanner(new StringReader(text[_offset..]), skipComments: true));
        _context = context;
    }

    /// <summary>The root node; null for an empty file, and after a fault that ended the reading (then there is an error).</summary>
    public static YamlNode? Read(string text, ReadingContext context)
    {
        var tree = new YamlTree(text, context);
        try
        {
            return tree.ReadDocument();
        }
        catch (YamlException exception)
        {
            // The inner text is the parser's own; the outer one repeats the place.
            context.Error((int)exception.Start.Line, (int)exception.Start.Column, "", $"not valid YAML: {exception.Message}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet's scanner loses its state on some texts with a stray bracket or quote in a flow list and says so with this exception (16.3.0).
            // Nothing of ours throws it here. The place is where the last readable part ends.
            var end = tree._parser.Current?.End ?? Mark.Empty;
            context.Error((int)end.Line, (int)end.Column, "", "not valid YAML: a bracket, quote or colon after this place stands where it cannot be read");
            return null;
        }
        catch (LimitExceededException exception)
        {
            context.Error(exception.Line, exception.Column, "", exception.Message);
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }
        _parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _context.Error((int)second.Start.Line, (int)second.Start.Column, "", "a second document begins here; a file holds one, without further '---'");
        }
        return root is YamlScalar { IsNull: true } ? null : root;
    }

    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current ?? throw new LimitExceededException("the file ends in the middle of a value", 0, 0);
        var (line, column) = ((int)current.Start.Line, (int)current.Start.Column);
        if (depth > YamlLimits.MaximumDepth)
        {
            throw new LimitExceededException($"nested deeper than {YamlLimits.MaximumDepth} levels", line, column);
        }
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Count(FollowAlias(alias));
        }
        AnchorName anchor;
        YamlNode node;
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            anchor = scalar.Anchor;
            node = Count(ReadScalar(scalar, line, column));
        }
        else if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            anchor = sequence.Anchor;
            var items = new List<YamlNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(depth + 1));
            }
            node = new YamlSequence(items, line, column);
            _nodes++;
        }
        else
        {
            anchor = _parser.Consume<MappingStart>().Anchor;
            node = ReadMapping(depth, line, column);
            _nodes++;
        }
        if (!anchor.IsEmpty)
        {
            _anchors[anchor.Value] = node;
        }
        return node;
    }

    private YamlScalar ReadScalar(Scalar scalar, int line, int column) => new(
        scalar.Value,
        scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty,
        scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded,
        line,
        column,
        (int)scalar.Start.Index + _offset,
        (int)scalar.End.Index + _offset);

    private YamlNode FollowAlias(AnchorAlias alias)
    {
        var (line, column) = ((int)alias.Start.Line, (int)alias.Start.Column);
        if (_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            return node;
        }
        _context.Error(line, column, "", $"'*{alias.Value.Value}' refers to an anchor that is not defined above it");
        return new YamlScalar("", isPlain: true, isBlock: false, line, column, 0, 0);
    }

    private YamlMapping ReadMapping(int depth, int line, int column)
    {
        var entries = new List<YamlEntry>();
        var keys = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        var merges = new List<YamlNode>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyNode = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (keyNode is not YamlScalar key)
            {
                _context.Error(keyNode, "", $"a key must be a single value, not {keyNode.Description}");
            }
            else if (key is { IsPlain: true, Value: "<<" })
            {
                merges.Add(value);
            }
            else if (keys.TryGetValue(key.Value, out var first))
            {
                _context.Error(key, "", $"key '{key.Value}' is written twice; first in line {first.Line}");
            }
            else
            {
                keys.Add(key.Value, key);
                entries.Add(new YamlEntry(key, value));
            }
        }
        foreach (var merge in merges)
        {
            Merge(merge, entries, keys);
        }
        return new YamlMapping(entries, line, column);
    }

    private void Merge(YamlNode source, List<YamlEntry> entries, Dictionary<string, YamlScalar> keys)
    {
        var mappings = source is YamlSequence sequence ? sequence.Items : [source];
        foreach (var node in mappings)
        {
            if (node is not YamlMapping mapping)
            {
                _context.Error(node, "", $"'<<' takes in a mapping, not {node.Description}");
                continue;
            }
            // A key that stands here already wins over the merged one.
            foreach (var entry in mapping.Entries)
            {
                if (keys.TryAdd(entry.Key.Value, entry.Key))
                {
                    entries.Add(entry);
                    Count(entry.Value);
                }
            }
        }
    }

    private T Count<T>(T node) where T : YamlNode
    {
        // The sum is compared as a difference: sizes are at most the limit each, so neither side overflows.
        if (node.Size > YamlLimits.MaximumNodes - _nodes)
        {
            throw new LimitExceededException($"more than {YamlLimits.MaximumNodes} values, with every alias written out", node.Line, node.Column);
        }
        _nodes += node.Size;
        return node;
    }

    /// <summary>Ends the reading from any depth; never leaves this class.</summary>
    private sealed class LimitExceededException(string message, int line, int column) : Exception(message)
    {
        public int Line { get; } = line;

        public int Column { get; } = column;
    }
}
