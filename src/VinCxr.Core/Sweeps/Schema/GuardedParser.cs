using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>
/// Refuses what would cost more than its text: nodes are built and compared by recursion, so deep nesting would end the process, and aliases of aliases
/// stand for exponentially many nodes.
/// </summary>
internal sealed class GuardedParser(TextReader text) : IParser
{
    /// <summary>Levels of mappings and lists; sweep files need five.</summary>
    public const int MaxDepth = 32;

    /// <summary>Nodes with every alias written out.</summary>
    public const int MaxNodes = 200_000;

    private readonly Parser _inner = new(text);
    private readonly Stack<(AnchorName Anchor, long Nodes)> _open = new();
    private readonly Dictionary<AnchorName, long> _nodesOf = [];
    private long _all;

    public ParsingEvent? Current => _inner.Current;

    /// <exception cref="YamlException">Not YAML, or more than is taken.</exception>
    public bool MoveNext()
    {
        if (!_inner.MoveNext())
        {
            return false;
        }

        switch (_inner.Current)
        {
            case MappingStart or SequenceStart:
                Add(1);
                _open.Push((((NodeEvent)_inner.Current).Anchor, 1));
                Require(_open.Count <= MaxDepth, $"nested deeper than {MaxDepth} levels");
                break;
            case MappingEnd or SequenceEnd:
                (AnchorName anchor, long nodes) = _open.Pop();
                Name(anchor, nodes);
                Grow(nodes);
                break;
            case Scalar scalar:
                Add(1);
                Name(scalar.Anchor, 1);
                Grow(1);
                break;
            case AnchorAlias alias:
                Require(_nodesOf.TryGetValue(alias.Value, out long copied), $"alias '{alias.Value}' stands for nothing that ends before it");
                Add(copied);
                Grow(copied);
                break;
        }

        return true;
    }

    private void Name(AnchorName anchor, long nodes)
    {
        if (!anchor.IsEmpty)
        {
            _nodesOf[anchor] = nodes;
        }
    }

    private void Grow(long nodes)
    {
        if (_open.TryPop(out (AnchorName Anchor, long Nodes) parent))
        {
            _open.Push((parent.Anchor, parent.Nodes + nodes));
        }
    }

    private void Add(long nodes)
    {
        _all += nodes;
        Require(_all <= MaxNodes, $"more than {MaxNodes} values, aliases counted as often as they stand for them");
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new YamlException(_inner.Current!.Start, _inner.Current.End, otherwise);
        }
    }
}
