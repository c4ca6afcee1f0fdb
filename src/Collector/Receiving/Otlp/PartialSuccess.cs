using System.Globalization;
using System.Text;

namespace Observability.Collector.Receiving.Otlp;

/// <summary>What of a request was refused record by record, with the reasons: the <c>partial_success</c> of its answer.</summary>
internal sealed class PartialSuccess
{
    /// <summary>Different reasons that are told; a request that fails in more ways than this is one mistake made everywhere.</summary>
    private const int MaximumReasons = 8;

    private readonly List<(string Reason, long Count)> _reasons = [];

    public long Rejected { get; private set; }

    /// <summary>Why the first one was refused; empty when everything was taken.</summary>
    public string FirstReason => _reasons is [var (reason, _), ..] ? reason : "";

    public void Reset()
    {
        Rejected = 0;
        _reasons.Clear();
    }

    public void Reject(string reason, long count = 1)
    {
        Rejected += count;
        var index = _reasons.FindIndex(entry => entry.Reason == reason);
        if (index >= 0)
        {
            _reasons[index] = (reason, _reasons[index].Count + count);
        }
        else if (_reasons.Count < MaximumReasons)
        {
            _reasons.Add((reason, count));
        }
    }

    /// <summary>For the sender's log: <c>3 of "…"; 1 of "…"</c>. Empty when everything was taken.</summary>
    public string Message
    {
        get
        {
            var text = new StringBuilder();
            foreach (var (reason, count) in _reasons)
            {
                text.Append(text.Length == 0 ? "" : "; ").Append(CultureInfo.InvariantCulture, $"{count} refused: {reason}");
            }
            return text.ToString();
        }
    }
}
