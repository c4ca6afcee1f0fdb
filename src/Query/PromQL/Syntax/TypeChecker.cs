using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>Refuses operators, functions and aggregations over operands that they cannot take, while the place is still known.</summary>
internal sealed class TypeChecker(TokenReader reader)
{
    public static string Name(ValueKind kind) => kind switch
    {
        ValueKind.Scalar => "a scalar",
        ValueKind.String => "a string",
        ValueKind.InstantVector => "an instant vector",
        _ => "a range vector",
    };

    public UnaryExpression Unary(UnaryExpression unary)
    {
        ExpectOperand(unary.Operand, "a sign");
        return unary;
    }

    public BinaryExpression Binary(Expression left, Expression right, BinaryOperator binaryOperator, BinaryModifiers modifiers, Token operatorToken)
    {
        ExpectOperand(left, $"'{binaryOperator.Text()}'");
        ExpectOperand(right, $"'{binaryOperator.Text()}'");
        var scalars = (left.Kind == ValueKind.Scalar ? 1 : 0) + (right.Kind == ValueKind.Scalar ? 1 : 0);
        var at = operatorToken.Span.Start;
        if (scalars > 0 && binaryOperator.IsSetOperator())
        {
            throw reader.Error(at, $"set operator '{binaryOperator.Text()}' joins two instant vectors; a scalar is none, vector(…) makes one of it");
        }
        if (scalars > 0 && modifiers.Written)
        {
            throw reader.Error(at, "on and ignoring match two instant vectors; one side here is a scalar");
        }
        if (scalars == 2 && binaryOperator.IsComparison() && !modifiers.ReturnsBool)
        {
            throw reader.Error(at, $"a comparison of two scalars has nothing to filter; write '{binaryOperator.Text()} bool'");
        }
        return new BinaryExpression(new TextSpan(left.Span.Start, right.Span.EndOffset), binaryOperator, left, right, modifiers.ReturnsBool, scalars == 0 ? modifiers.Matching : null);
    }

    public CallExpression Call(CallExpression call)
    {
        var function = call.Function;
        var count = call.Arguments.Count;
        if (count < function.MinimumArguments || count > function.MaximumArguments)
        {
            throw reader.Error(call.Span.Start, $"{function.Name} takes {Range(function)}, found {count}");
        }
        for (var i = 0; i < count; i++)
        {
            Expect(call.Arguments[i], function.ArgumentKind(i), $"argument {i + 1} of {function.Name}");
        }
        return call;
    }

    public AggregateExpression Aggregate(AggregateExpression aggregate)
    {
        var name = aggregate.Aggregation.Text();
        Expect(aggregate.Operand, ValueKind.InstantVector, $"what {name} aggregates");
        if (aggregate.Parameter is { } parameter)
        {
            Expect(parameter, aggregate.Aggregation == Aggregation.CountValues ? ValueKind.String : ValueKind.Scalar, $"the parameter of {name}");
        }
        return aggregate;
    }

    private static string Range(FunctionSignature function)
    {
        var (minimum, maximum) = (function.MinimumArguments, function.MaximumArguments);
        var last = maximum == 1 ? "argument" : "arguments";
        return maximum switch
        {
            int.MaxValue => $"at least {minimum} arguments",
            0 => "no arguments",
            _ when minimum == maximum => $"{minimum} {last}",
            _ => $"{minimum} to {maximum} {last}",
        };
    }

    private void ExpectOperand(Expression operand, string what)
    {
        if (operand.Kind is not (ValueKind.Scalar or ValueKind.InstantVector))
        {
            throw reader.Error(operand.Span.Start, $"{what} takes scalars and instant vectors, found {Name(operand.Kind)}");
        }
    }

    private void Expect(Expression found, ValueKind expected, string what)
    {
        if (found.Kind != expected)
        {
            throw reader.Error(found.Span.Start, $"{what} must be {Name(expected)}, found {Name(found.Kind)}{Advice(expected, found.Kind)}");
        }
    }

    private static string Advice(ValueKind expected, ValueKind found) => (expected, found) switch
    {
        (ValueKind.RangeVector, ValueKind.InstantVector) => "; add a range such as [5m] to the selector",
        (ValueKind.InstantVector, ValueKind.RangeVector) => "; a function such as rate or last_over_time makes one of a range",
        (ValueKind.InstantVector, ValueKind.Scalar) => "; vector(…) makes one of it",
        (ValueKind.Scalar, ValueKind.InstantVector) => "; scalar(…) makes one of a vector with one sample",
        _ => "",
    };
}
