using Observability.Telemetry;

namespace Observability.Query.Values;

/// <summary>
/// An arithmetic operator or a comparison between two vectors (Prometheus, "Vector matching"). Keeps its tables from step to step; not thread-safe.
/// </summary>
public sealed class VectorJoin
{
    private readonly BinaryOperator _operator;
    private readonly bool _returnsBool;
    private readonly VectorMatching _matching;
    private readonly bool _oneIsLeft;
    private readonly JoinedLabels _labels;
    private readonly LabelProjection _key;
    private readonly Dictionary<LabelSet, OneSide> _ones;
    private readonly HashSet<LabelSet> _produced = [];

    /// <param name="binaryOperator">Arithmetic or a comparison.</param>
    /// <param name="returnsBool">A comparison gives 0 or 1 instead of filtering.</param>
    /// <param name="matching">Which samples belong together.</param>
    /// <param name="repeats">More than one time will be joined, so that remembering labels pays.</param>
    public VectorJoin(BinaryOperator binaryOperator, bool returnsBool, VectorMatching matching, bool repeats)
    {
        _operator = binaryOperator;
        _returnsBool = returnsBool;
        _matching = matching;
        _oneIsLeft = matching.Cardinality == MatchCardinality.OneToMany;
        _key = LabelProjection.Of(matching);
        _ones = new Dictionary<LabelSet, OneSide>(_key);
        _labels = new JoinedLabels(matching, losesName: !binaryOperator.IsComparison(), repeats);
    }

    /// <exception cref="QueryException">Samples match that the operator's cardinality does not allow to match.</exception>
    public void Join(ReadOnlySpan<VectorSample> left, ReadOnlySpan<VectorSample> right, VectorBuffer output)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return;
        }
        var many = _oneIsLeft ? right : left;
        var one = _oneIsLeft ? left : right;
        IndexOneSide(one);
        _produced.Clear();
        for (var i = 0; i < many.Length; i++)
        {
            ref readonly var sample = ref many[i];
            if (!_ones.TryGetValue(sample.Labels, out var match))
            {
                continue;
            }
            ref readonly var single = ref one[match.Index];
            var holds = TryCombine(_oneIsLeft ? single.Value : sample.Value, _oneIsLeft ? sample.Value : single.Value, out var value);
            if (_matching.Cardinality == MatchCardinality.OneToOne)
            {
                RefuseSecond(sample, match);
            }
            else
            {
                RefuseRepeated(i, sample, single);
            }
            if (holds)
            {
                output.Add(new VectorSample(_labels.Of(i, sample.Labels, single.Labels), value, _returnsBool || sample.DropsName));
            }
        }
    }

    private void IndexOneSide(ReadOnlySpan<VectorSample> one)
    {
        _ones.Clear();
        for (var i = 0; i < one.Length; i++)
        {
            if (!_ones.TryAdd(one[i].Labels, new OneSide(i)))
            {
                var pair = new[] { GoText(one[_ones[one[i].Labels].Index].Labels), GoText(one[i].Labels) };
                Array.Sort(pair, StringComparer.Ordinal);
                throw new QueryException(
                    QueryFault.Execution,
                    $"found duplicate series for the match group {GoText(_key.Project(one[i].Labels))} on the {(_oneIsLeft ? "left" : "right")} hand-side of the operation: "
                    + $"[{pair[0]}, {pair[1]}];many-to-many matching not allowed: matching labels must be unique on one side");
            }
        }
    }

    // The error must not depend on the values: a filter that happens to hide the second match today would fail tomorrow.
    private static void RefuseSecond(in VectorSample sample, OneSide match)
    {
        if (match.Matched)
        {
            throw new QueryException(
                QueryFault.Execution, $"multiple matches for labels: many-to-one matching must be explicit (group_left/group_right); the second is {GoText(sample.Labels)}");
        }
        match.Matched = true;
    }

    private void RefuseRepeated(int position, in VectorSample many, in VectorSample one)
    {
        if (!_produced.Add(_labels.Of(position, many.Labels, one.Labels)))
        {
            throw new QueryException(QueryFault.Execution, $"multiple matches for labels: grouping labels must ensure unique matches; the second is {GoText(many.Labels)}");
        }
    }

    private bool TryCombine(double left, double right, out double value)
    {
        if (!_operator.IsComparison())
        {
            value = _operator.Calculate(left, right);
            return true;
        }
        var holds = _operator.Holds(left, right);
        value = _returnsBool ? (holds ? 1 : 0) : left;
        return holds || _returnsBool;
    }

    // Clients compare this message, and Prometheus prints the metric name as a label in it.
    private static string GoText(LabelSet labels) => $"{{{string.Join(", ", labels.Select(static label => $"{LabelText.Name(label.Name)}={LabelText.Quote(label.Value)}"))}}}";

    private sealed class OneSide(int index)
    {
        public int Index => index;

        public bool Matched { get; set; }
    }
}

/// <summary>The labels of a join's result; remembers the last one at each place, because steps repeat them.</summary>
internal sealed class JoinedLabels(VectorMatching matching, bool losesName, bool repeats)
{
    private readonly LabelProjection? _kept = (matching.Cardinality, matching.On, losesName) switch
    {
        (MatchCardinality.OneToOne, true, true) => LabelProjection.Only(matching.Labels.Where(static label => label != LabelSet.MetricName)),
        (MatchCardinality.OneToOne, true, false) => LabelProjection.Only(matching.Labels),
        (MatchCardinality.OneToOne, false, true) => LabelProjection.AllBut(matching.Labels),
        (MatchCardinality.OneToOne, false, false) => LabelProjection.AllButKeepingName(matching.Labels),
        (_, _, true) => LabelProjection.AllBut([]),
        _ => null,
    };

    private readonly List<(LabelSet Many, LabelSet One, LabelSet Result)> _remembered = [];

    public LabelSet Of(int position, LabelSet many, LabelSet one)
    {
        if (position < _remembered.Count && ReferenceEquals(_remembered[position].Many, many) && ReferenceEquals(_remembered[position].One, one))
        {
            return _remembered[position].Result;
        }
        var result = Join(many, one);
        if (!repeats)
        {
            return result;
        }
        while (_remembered.Count <= position)
        {
            _remembered.Add((many, one, result));
        }
        _remembered[position] = (many, one, result);
        return result;
    }

    private LabelSet Join(LabelSet many, LabelSet one)
    {
        var labels = _kept?.Project(many) ?? many;
        if (matching.Include.Count == 0)
        {
            return labels;
        }
        var builder = new LabelSetBuilder(labels);
        foreach (var name in matching.Include)
        {
            builder.Set(name, one[name]);
        }
        return builder.Build();
    }
}
